"""The process all jails are forked from: torch imported once, one thread, no secrets.

It reads requests from a socket the bot hands it at start, one a message:
`{"id": n, "memory_bytes": b}` with two descriptors, the jail's wire and its output pipe.
It answers `{"forked": n, "pid": p}` with a pidfd, and later `{"ended": p, "status": s}`.
Its first message is `{"ready": [readable paths]}`, or
`{"refused": why}` when this host cannot confine.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from engine.errors import CannotConfine
from engine.jail.confine import confine, die_with
from engine.jail.inside import serve
from engine.jail.landlock import read_only_ruleset
from engine.jail.limits import WIRE, Layer
from engine.jail.readable import readable_paths
from engine.jail.syscalls import jail_filter
from engine.jail.warm import warm
from engine.kinds import KINDS

REQUEST_MAX = 4096


@dataclass(slots=True)
class Zygote:
    """What the zygote knows: its control socket, the rules, and its living children."""

    control: socket.socket
    ruleset: int
    without: frozenset[str]
    address_space: int
    pid: int
    children: dict[int, int] = field(default_factory=dict)  # pidfd -> pid

    def run(self) -> NoReturn:
        """Fork on request and report deaths until the bot closes the socket."""
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        while True:
            for fd, _ in poll.poll():
                if fd == self.control.fileno():
                    poll.register(self._fork_on_request(), select.POLLIN)
                else:
                    poll.unregister(fd)
                    self._report_death(fd)

    def _fork_on_request(self) -> int:
        raw, fds, _, _ = socket.recv_fds(self.control, REQUEST_MAX, 2)
        if not raw:  # the bot closed it, or is gone
            os._exit(0)
        request = json.loads(raw)
        assert_one_thread()
        pid = os.fork()
        if pid == 0:
            self._become_jail(request["memory_bytes"], *fds)
        for fd in fds:
            os.close(fd)
        pidfd = os.pidfd_open(pid)
        self.children[pidfd] = pid
        reply = json.dumps({"forked": request["id"], "pid": pid}).encode()
        socket.send_fds(self.control, [reply], [pidfd])
        return pidfd

    def _report_death(self, pidfd: int) -> None:
        pid = self.children.pop(pidfd)
        _, status, _ = os.wait4(pid, 0)
        os.close(pidfd)
        self.control.send(json.dumps({"ended": pid, "status": status}).encode())

    def _become_jail(self, memory_bytes: int, wire: int, output: int) -> NoReturn:
        try:
            _take_descriptors(wire, output)
            gc.enable()
            confine(self.ruleset, self.address_space + memory_bytes, self.pid, self.without)
            serve(KINDS)
        except BaseException as error:
            with contextlib.suppress(BaseException):
                os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(1)


def _take_descriptors(wire: int, output: int) -> None:
    null = os.open("/dev/null", os.O_RDONLY)
    # The wire last: its copy, or another's, may itself have got a number below.
    for source, target in ((null, 0), (output, 1), (output, 2), (wire, WIRE)):
        os.dup2(os.dup(source), target)


def assert_one_thread() -> None:
    """A fork copies one thread only: a lock another one holds would stay held for ever."""
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise RuntimeError(f"the zygote has {threads} threads and must not fork")


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main(control_fd: int, keeper: int, without: frozenset[str]) -> NoReturn:
    """Warm up, tell the bot, fork until it goes away."""
    die_with(keeper)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=control_fd)
    warm()
    paths = readable_paths()
    try:
        ruleset = -1 if Layer.LANDLOCK in without else read_only_ruleset(paths)
        if Layer.SECCOMP not in without:
            jail_filter()  # here once, so that a host without the library is refused
    except (CannotConfine, OSError) as error:
        control.send(json.dumps({"refused": str(error)}).encode())
        os._exit(1)
    gc.collect()
    gc.disable()
    gc.freeze()  # so that no child's collection touches, and copies, the shared pages
    ready = {"ready": [str(path) for path in paths]}
    control.send(json.dumps(ready).encode())
    Zygote(control, ruleset, without, _address_space(), os.getpid()).run()


if __name__ == "__main__":
    layers = frozenset(filter(None, sys.argv[3].split(",")))
    main(int(sys.argv[1]), int(sys.argv[2]), layers)
