"""A GPU worker that is none: its device says what it does instead."""

from __future__ import annotations

import os
import sys

from engine.jail.wire import Message, read_message, write_message

MOST = 1 << 20


def main(fd: int, conduct: str) -> None:
    read_message(fd, MOST)
    if conduct == "leaves":
        print("there is something wrong with me", flush=True)
        return
    if conduct == "talks nonsense":
        os.write(fd, b"\xff" * 100)
        return
    write_message(fd, Message("ready", {"device": conduct}))
    read_message(fd, MOST)
    write_message(fd, Message("answer", {"answer": {}, "raised": False, "memory": False}))
    read_message(fd, MOST)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
