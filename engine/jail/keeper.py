"""The bot's side of the zygote: start it, ask it for jails, notice its death."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import engine
from engine.errors import CannotConfine
from engine.jail.process import JailProcess

T = TypeVar("T")

MESSAGE_MAX = 1 << 18
FORK_S = 10.0  # a zygote that takes longer hangs
PROJECT = Path(engine.__file__).resolve().parent.parent

# One thread everywhere, or numpy alone leaves a second one in the zygote and a fork hangs.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)
# The system's allocator with huge pages makes a fork three times cheaper than Python's own.
CHEAP_FORKS = {"PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


class ZygoteDied(Exception):
    """The zygote ended; a new one must be started."""


@dataclass(slots=True)
class Keeper:
    """One zygote: from `start` until `stop` or until `dead` is set."""

    without: frozenset[str] = frozenset()
    dead: asyncio.Event = field(default_factory=asyncio.Event)
    readable: list[Path] = field(default_factory=list)
    _control: socket.socket | None = None
    _process: subprocess.Popen[bytes] | None = None
    _ids: itertools.count[int] = field(default_factory=itertools.count)
    _asked: dict[int, tuple[asyncio.Future[JailProcess], int]] = field(default_factory=dict)
    _jails: dict[int, JailProcess] = field(default_factory=dict)
    _ready: asyncio.Future[list[str]] | None = None

    @property
    def pid(self) -> int:
        """The zygote's process id."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it and wait until it is warm.

        Raises `CannotConfine` when it says that this host cannot hold untrusted code, and
        `ZygoteDied` when it ends before it is ready.
        """
        loop = asyncio.get_running_loop()
        self._ready = loop.create_future()
        self._control = self._spawn()
        loop.add_reader(self._control, self._on_message)
        self.readable = [Path(path) for path in await self._ready]

    def _spawn(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                self._command(theirs.fileno()),
                env=self._environment(),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl-C at the terminal is the bot's to handle
            )
        ours.setblocking(False)
        return ours

    def _command(self, fd: int) -> list[str]:
        layers = ",".join(sorted(self.without))
        module = ["-s", "-P", "-m", "engine.jail.zygote"]
        return [sys.executable, *module, str(fd), str(os.getpid()), layers]

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(PROJECT),
            "MPLBACKEND": "Agg",
            "MPLCONFIGDIR": str(_cache()),
            "CUDA_VISIBLE_DEVICES": "",
            **ONE_THREAD,
            **CHEAP_FORKS,
        }

    async def jail(self, memory_bytes: int) -> JailProcess:
        """A freshly forked and confined process. Raises `ZygoteDied`."""
        if self.dead.is_set() or self._control is None:
            raise ZygoteDied
        number = next(self._ids)
        future: asyncio.Future[JailProcess] = asyncio.get_running_loop().create_future()
        wire, their_wire = socket.socketpair()
        output, their_output = os.pipe2(os.O_CLOEXEC)
        self._asked[number] = future, output
        request = json.dumps({"id": number, "memory_bytes": memory_bytes}).encode()
        try:
            with their_wire:
                socket.send_fds(self._control, [request], [their_wire.fileno(), their_output])
            async with asyncio.timeout(FORK_S):  # wait_for can lose a cancellation
                jail = await future
        except BaseException as error:
            wire.close()  # a jail that is forked all the same reads its end, and leaves
            if future.cancel() or future.cancelled() or future.exception():
                os.close(output)  # it belongs to no jail yet
            if isinstance(error, OSError):  # a timeout too: it hangs, which is worse than dead
                self._kill()
                raise ZygoteDied from None
            raise
        finally:
            os.close(their_output)
        await jail.connect(wire)
        return jail

    def _on_message(self) -> None:
        assert self._control is not None
        try:
            raw, fds, _, _ = socket.recv_fds(self._control, MESSAGE_MAX, 1)
        except BlockingIOError:
            return
        except OSError:
            raw, fds = b"", []
        if not raw:
            self._on_death()
            return
        self._on_news(json.loads(raw), fds)

    def _on_news(self, news: dict[str, object], fds: list[int]) -> None:
        assert self._ready is not None
        match news:
            case {"forked": int(number), "pid": int(pid)}:
                self._give(*self._asked.pop(number), pid, fds[0])
            case {"ended": int(pid), "status": int(status)}:
                if jail := self._jails.pop(pid, None):
                    jail.ended(status)
            case {"ready": list(paths)}:
                _settle(self._ready, [str(path) for path in paths])
            case {"refused": str(why)}:
                _settle(self._ready, CannotConfine(why))

    def _give(self, asked: asyncio.Future[JailProcess], output: int, pid: int, pidfd: int) -> None:
        if asked.done():  # whoever asked was cancelled meanwhile
            os.close(pidfd)
            return
        # Known at once and not when its asker wakes: by then it may have ended.
        jail = self._jails[pid] = JailProcess(pid, pidfd, output)
        asked.set_result(jail)

    def _on_death(self) -> None:
        assert self._control is not None
        assert self._ready is not None
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        self.dead.set()
        _settle(self._ready, ZygoteDied())
        for future, _ in self._asked.values():
            _settle(future, ZygoteDied())
        self._asked.clear()
        for jail in list(self._jails.values()):  # the kernel kills them with their parent
            jail.ended(int(signal.SIGKILL), orphaned=True)
        self._jails.clear()

    def _kill(self) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def stop(self) -> None:
        """End it and everything it forked."""
        if self._process is not None:
            self._kill()
            await asyncio.to_thread(self._process.wait)
            await self.dead.wait()


def _cache() -> Path:
    """A folder of our own where matplotlib keeps its list of fonts from start to start."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    without_home = Path(tempfile.gettempdir(), f"tensor-tutor-{os.getuid()}")
    for folder in (Path(home, "tensor-tutor"), without_home):
        with contextlib.suppress(OSError):
            folder.mkdir(0o700, parents=True, exist_ok=True)
            if folder.stat().st_uid == os.getuid():  # in /tmp a stranger may have been quicker
                return folder
    return Path("/dev/null")  # matplotlib says so and does without


def _settle(future: asyncio.Future[T], outcome: T | Exception) -> None:
    if future.done():  # cancelled, or settled by an earlier message
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
