"""A bot in a process of its own, and the moment at which each of its replies arrives."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bot.config import PROJECT
from bot.local.server import LocalTelegram
from bot.local.transcript import Call

PATIENCE_S = 60.0  # a bot that does not answer ends the benchmark
TUTOR = ("-m", "bot", "serve")


@dataclass(slots=True)
class _Awaited:
    text: str
    arrival: asyncio.Future[tuple[float, Call]]


class Arrivals(list[Call]):
    """The calls of a transcript; who awaits one learns the moment it came."""

    def __init__(self) -> None:
        super().__init__()
        self._awaited: dict[int, list[_Awaited]] = {}

    def append(self, call: Call) -> None:
        now = perf_counter()
        super().append(call)
        shown = f"{call.text} {call.caption}"
        for awaited in self._awaited.get(call.chat_id or 0, []):
            if awaited.text in shown and not awaited.arrival.done():
                awaited.arrival.set_result((now, call))

    async def first(self, chat_id: int, text: str) -> tuple[float, Call]:
        """The next call to a chat that shows the text, and when it came."""
        waiting = self._awaited.setdefault(chat_id, [])
        awaited = _Awaited(text, asyncio.get_running_loop().create_future())
        waiting.append(awaited)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await awaited.arrival
        finally:
            waiting.remove(awaited)


@dataclass(frozen=True, slots=True)
class Served:
    """A running bot and the Telegram that it talks to."""

    telegram: LocalTelegram
    arrivals: Arrivals
    pid: int
    started_at: float

    async def answered_at(self, user: str, text: str, answer: str = "") -> tuple[float, Call]:
        """Send a message; the call that answers it, and when it came."""
        person = self.telegram.person(user)
        arrival = asyncio.ensure_future(self.arrivals.first(person.id, answer))
        await asyncio.sleep(0)  # it listens before the bot can be told
        person.send(text)
        return await arrival

    async def latency(self, user: str, text: str, answer: str = "") -> float:
        """Seconds from handing a message over until its answer arrives."""
        sent = perf_counter()
        arrived, _ = await self.answered_at(user, text, answer)
        return arrived - sent


@contextlib.asynccontextmanager
async def serving(command: tuple[str, ...] = TUTOR) -> AsyncIterator[Served]:
    """Run a program of ours as a bot, over a local Telegram in this process."""
    with tempfile.TemporaryDirectory(prefix="tutor-benchmark-") as folder:
        async with LocalTelegram() as telegram:
            telegram.transcript.calls = arrivals = Arrivals()
            started_at = perf_counter()
            process = await asyncio.create_subprocess_exec(
                sys.executable, *command, cwd=PROJECT, env=_environment(telegram, Path(folder))
            )
            try:
                yield Served(telegram, arrivals, process.pid, started_at)
            finally:
                await _ended(process)


async def _ended(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE_S)
    except TimeoutError:
        process.kill()
        await process.wait()


def _environment(telegram: LocalTelegram, folder: Path) -> dict[str, str]:
    return os.environ | {
        "TUTOR_TELEGRAM__TOKEN": telegram.token,
        "TUTOR_TELEGRAM__BASE_URL": telegram.base_url,
        "TUTOR_TELEGRAM__BASE_FILE_URL": telegram.base_file_url,
        "TUTOR_STORAGE__PATH": str(folder),
        "TUTOR_LOGS__LEVEL": "ERROR",
        # We ask more in a minute than a person would.
        "TUTOR_CHAT__COMMANDS_PER_MINUTE": "1000000",
    }
