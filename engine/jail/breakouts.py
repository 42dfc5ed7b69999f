"""Real break-outs, tried from inside a jail at every start; each must fail.

`attempt` reports what succeeded. Nothing here harms a host on which it does succeed: the
target is a file planted for the purpose, and limits are set to what they already are.
"""

from __future__ import annotations

import _thread
import ctypes
import os
import resource
import socket
from collections.abc import Callable

from engine.records import Answer, Call

_libc = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1


def attempt(call: Call) -> Answer:
    """Try them all against `planted` (a path) and `pid` (the bot); list those that succeeded."""
    attempts = _attempts(str(call.data["planted"]), int(call.data["pid"]))
    return Answer({"succeeded": [name for name, act in attempts.items() if _succeeds(act)]})


def _succeeds(act: Callable[[], object]) -> bool:
    try:
        act()
    except (OSError, ValueError):  # setrlimit makes a ValueError of a refusal
        return False
    return True


def _attempts(planted: str, pid: int) -> dict[str, Callable[[], object]]:
    return {
        **_on_files(planted, os.path.dirname(planted)),  # noqa: PTH120
        **_on_processes(pid),
        **_on_itself(),
    }


def _on_files(planted: str, folder: str) -> dict[str, Callable[[], object]]:
    readable_library = os.__file__
    return {
        "read a planted reference": lambda: open(planted).close(),  # noqa: PTH123
        "list its folder": lambda: os.scandir(folder).close(),
        "write to it": lambda: os.open(planted, os.O_WRONLY),
        "truncate it": lambda: os.truncate(planted, 0),
        "truncate it on opening": lambda: os.open(planted, os.O_RDONLY | os.O_TRUNC),
        "open a library file for writing": lambda: os.open(readable_library, os.O_WRONLY),
        "change its mode": lambda: os.chmod(planted, 0o600),  # noqa: PTH101
        "change its owner": lambda: os.chown(planted, os.getuid(), os.getgid()),
        "change its times": lambda: os.utime(planted),
        "create a file": lambda: os.open(f"{folder}/new", os.O_CREAT | os.O_WRONLY, 0o600),
        "create a folder": lambda: os.mkdir(f"{folder}/folder"),  # noqa: PTH102
        "link it": lambda: os.symlink(planted, f"{folder}/link"),  # noqa: PTH211
        "rename it": lambda: os.rename(planted, planted + "x"),  # noqa: PTH104
        "read the environment of the zygote": lambda: os.open("/proc/self/environ", os.O_RDONLY),
        "share memory": lambda: os.memfd_create("shared"),
    }


def _on_processes(pid: int) -> dict[str, Callable[[], object]]:
    return {
        "fork": _fork,
        "start a thread": _start_thread,
        "execute a program": lambda: os.execv("/bin/true", ["true"]),
        "signal the bot": lambda: os.kill(pid, 0),
        "open the bot's pidfd": lambda: os.pidfd_open(pid),
        "set the bot's limits": lambda: resource.prlimit(pid, resource.RLIMIT_CORE),
        "set the bot's affinity": lambda: os.sched_setaffinity(pid, os.sched_getaffinity(pid)),
        "set the bot's priority": lambda: os.setpriority(os.PRIO_PROCESS, pid, 0),
        "open an internet socket": lambda: socket.socket(socket.AF_INET).close(),
        "open a unix socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "open a netlink socket": lambda: socket.socket(socket.AF_NETLINK).close(),
        "make a socket pair": lambda: socket.socketpair(),
        "make a pipe": os.pipe,
    }


def _on_itself() -> dict[str, Callable[[], object]]:
    return {
        "raise its own limits": lambda: resource.setrlimit(
            resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE)
        ),
        "outlive the zygote": lambda: _checked(_libc.prctl(PR_SET_PDEATHSIG, 0)),
        "find an environment": _find_environment,
    }


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _start_thread() -> None:
    try:
        _thread.start_new_thread(int, ())
    except RuntimeError as error:
        raise PermissionError(str(error)) from None


def _find_environment() -> None:
    if not os.environ and _libc.getenv(b"PATH") == 0:
        raise PermissionError("empty, as it should be")


def _checked(result: int) -> None:
    if result < 0:
        raise PermissionError(ctypes.get_errno(), "refused")
