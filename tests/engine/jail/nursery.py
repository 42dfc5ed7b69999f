"""Zygotes without the wait: forked from one process that has imported everything.

Each is a whole zygote with its own layers; only its imports were paid before.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from typing import NoReturn

from engine.jail.keeper import PROJECT, Keeper


class Nursery:
    """The bot's side: gives newborn zygotes; closed, it is gone."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-P", "-m", __name__, str(theirs.fileno())],
                env={**Keeper()._environment(), "PYTHONPATH": str(PROJECT)},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )

    def bear(self, control: socket.socket, without: frozenset[str]) -> int:
        """The process id of a new zygote that listens on `control`."""
        socket.send_fds(self._ours, [json.dumps(sorted(without)).encode()], [control.fileno()])
        return int(self._ours.recv(64))

    def close(self) -> None:
        self._ours.close()
        self._process.wait()


class NurseryKeeper(Keeper):
    """A keeper whose zygotes come from `nursery`."""

    nursery: Nursery
    born = 0

    @property
    def pid(self) -> int:
        return self.born

    def _spawn(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.born = self.nursery.bear(theirs, self.without)
        ours.setblocking(False)
        return ours

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.born, signal.SIGKILL)

    async def stop(self) -> None:
        if self.born:
            self._kill()
            await self.dead.wait()


def main(orders: socket.socket) -> NoReturn:
    from engine.jail import zygote
    from engine.jail.warm import warm

    warm()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # its dead need no burial
    nursery = os.getpid()
    while True:
        raw, fds, _, _ = socket.recv_fds(orders, 4096, 1)
        if not raw:
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            orders.close()
            zygote.main(fds[0], nursery, frozenset(json.loads(raw)))
        os.close(fds[0])
        orders.send(str(pid).encode())


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
