"""The bot's side of one jail: its wire, its output, its signals, its clock, its end."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import os
import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from engine.jail.wire import ANSWER_HEADER_MAX, CHUNK, Decoder, Message, encode
from engine.records import Malformed

EVENTS_ROOM = 256 << 10  # what a job may tell before its answer, in bytes
PIPE_SLOTS = 16  # a pipe holds so many reads at most, however small its packets


@dataclass(slots=True)
class Output:
    """What a job has printed: the first `shown` bytes kept, the rest counted."""

    shown: int = 0
    total: int = 0
    kept: bytearray = field(default_factory=bytearray)

    def add(self, chunk: bytes) -> None:
        self.total += len(chunk)
        self.kept += chunk[: max(0, self.shown - len(self.kept))]

    def text(self) -> str:
        # Incremental: a character cut at the end is left out, not shown as a replacement.
        return codecs.getincrementaldecoder("utf-8")("replace").decode(bytes(self.kept))


class JailProcess(asyncio.Protocol):
    """One confined process, seen from the bot; closed when it has ended or been killed."""

    def __init__(self, pid: int, pidfd: int, output: int) -> None:
        self.pid = pid
        self.output = Output()
        self.status: int | None = None  # wait status, once it has ended
        self.orphaned = False  # it ended because the zygote did
        self.gone = asyncio.Event()
        self.base_bytes = resident_bytes(pid)
        self._pidfd = pidfd
        self._output_fd = output
        self._wire: asyncio.Transport | None = None
        self._decoder: Decoder | None = None  # only while a job runs
        self._room = 0  # bytes it may still say
        self._inbox: asyncio.Queue[Message | Malformed | None] = asyncio.Queue()
        os.set_blocking(output, False)
        asyncio.get_running_loop().add_reader(output, self._on_output)

    async def connect(self, wire: socket.socket) -> None:
        """Take over the bot's end of its wire."""
        loop = asyncio.get_running_loop()
        self._wire, _ = await loop.create_connection(lambda: self, sock=wire)
        if self.status is not None:  # it ended meanwhile
            self._wire.close()

    @property
    def fit(self) -> bool:
        """Whether it can take a job: it lives, and its wire is open."""
        return self.status is None and self._wire is not None and not self._wire.is_closing()

    def data_received(self, data: bytes) -> None:
        self._room -= len(data)
        try:
            if self._decoder is None or self._room < 0:
                raise Malformed("data that nobody asked for")
            for message in self._decoder.feed(data):
                self._inbox.put_nowait(message)
        except Malformed as error:
            self._break_off(error)

    def _break_off(self, error: Malformed) -> None:
        """End it: whatever it says from now on would only keep the bot busy."""
        self._inbox.put_nowait(error)
        self._signal(signal.SIGKILL)
        if self._wire is not None:
            self._wire.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._inbox.put_nowait(None)

    def send(self, message: Message, answer_limit: int) -> None:
        """Hand it a job whose answer, in one message, is at most `answer_limit` bytes."""
        assert self._wire is not None
        self._decoder = Decoder(answer_limit, ANSWER_HEADER_MAX)
        self._room = answer_limit + EVENTS_ROOM
        self._wire.write(encode(message))

    async def receive(self) -> Message | None:
        """Its next message, None when it is gone. Raises `Malformed` when it talks nonsense."""
        message = await self._inbox.get()
        if isinstance(message, Malformed):
            raise message
        return message

    def finish(self) -> bool:
        """The job is over: whatever it says now is unasked. True when it can take another."""
        self.drain()
        self.output = Output()
        surplus = self._decoder is None or self._decoder.buffer or not self._inbox.empty()
        self._decoder = None
        return self.fit and not surplus

    def collect_output(self, shown: int) -> Output:
        """Start a new account of what it prints; what came before is dropped."""
        self.drain()
        self.output = Output(shown)
        return self.output

    def drain(self) -> None:
        """Take what lies in the pipe now: all of a cell's output is there before its answer.

        Bounded, as another process may be filling the pipe faster than it is read here.
        """
        for _ in range(PIPE_SLOTS):
            if not self._drain_once():
                return

    def _on_output(self) -> None:
        self._drain_once()
        if self._decoder is None and self.output.total > CHUNK:
            self._break_off(Malformed("output while it has nothing to do"))

    def _drain_once(self) -> bool:
        if self.status is not None:  # the number may by now be another jail's pipe
            return False
        try:
            chunk = os.read(self._output_fd, CHUNK)
        except OSError:  # empty for now, or closed
            return False
        if not chunk:
            asyncio.get_running_loop().remove_reader(self._output_fd)
        self.output.add(chunk)
        return bool(chunk)

    def cpu_s(self) -> float:
        """Seconds of CPU it has used, measured from outside; 0.0 once it is gone."""
        if self.status is not None:  # its pid may by now be another's
            return 0.0
        process_clock = (~self.pid << 3) | 2  # clock_getcpuclockid(3), for all its threads
        try:
            return time.clock_gettime(process_clock)
        except OSError:
            return 0.0

    def interrupt(self) -> None:
        """Ask, as Ctrl-C does."""
        self._signal(signal.SIGINT)

    async def kill(self) -> None:
        """End it now and give its descriptors back."""
        self._signal(signal.SIGKILL)
        await self.gone.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self.status is not None:  # the number may by now be another jail's pidfd
            return
        with contextlib.suppress(OSError):  # already gone
            signal.pidfd_send_signal(self._pidfd, number)

    def ended(self, status: int, *, orphaned: bool = False) -> None:
        """Its keeper says that it is no more."""
        self.drain()
        self.status, self.orphaned = status, orphaned
        asyncio.get_running_loop().remove_reader(self._output_fd)
        for fd in (self._output_fd, self._pidfd):
            os.close(fd)
        if self._wire is not None:
            self._wire.close()
        self.gone.set()


def resident_bytes(pid: int) -> int:
    """Memory in use by a process now, shared pages included; 0 when it is gone."""
    return _status_bytes(pid, "VmRSS:")


def peak_bytes(pid: int) -> int:
    """The most it ever used."""
    return _status_bytes(pid, "VmHWM:")


def private_bytes(pid: int) -> int:
    """What would be free again if it ended: its own pages, those shared by fork left out."""
    return _sum_of_fields(Path(f"/proc/{pid}/smaps_rollup"), ("Private_", "Swap:"))


def _status_bytes(pid: int, name: str) -> int:
    return _sum_of_fields(Path(f"/proc/{pid}/status"), (name,))


def _sum_of_fields(path: Path, names: tuple[str, ...]) -> int:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(names))
