"""The bot in a process of its own, that is killed and started again on the same folder."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from bot.config import PROJECT
from bot.local.server import LocalTelegram
from tests.engine.jail.family import descendants, wait_gone, zygotes_of

PATIENCE_S: Final = 60.0  # what hangs fails the test; nothing here takes so long


class Tutor:
    """`tutor serve` on one folder; inside `async with` one process of it lives at a time."""

    def __init__(self, telegram: LocalTelegram, folder: Path, log: Path) -> None:
        self.folder = folder
        self._log = log
        self._environment = os.environ | {
            "TUTOR_TELEGRAM__TOKEN": telegram.token,
            "TUTOR_TELEGRAM__BASE_URL": telegram.base_url,
            "TUTOR_TELEGRAM__BASE_FILE_URL": telegram.base_file_url,
            "TUTOR_STORAGE__PATH": str(folder),
            "TUTOR_CHAT__COMMANDS_PER_MINUTE": "1000",
            "TUTOR_CHAT__STALE_AFTER_S": "3600",
        }
        self._begun_at = 0  # where in the log the present process begins
        self._process: asyncio.subprocess.Process | None = None
        self._family: set[int] | None = None  # of a process that was struck
        self._leaving: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.lives:
            await self.kill()
        await asyncio.gather(*self._leaving)

    @property
    def lives(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def log(self) -> str:
        """What its present process has logged."""
        return self._log.read_bytes()[self._begun_at :].decode()

    def said(self, words: str) -> list[str]:
        """The lines with these words that any of its processes has logged."""
        return [line for line in self._log.read_text().splitlines() if words in line]

    async def start(self) -> None:
        self._family = None
        with self._log.open("ab") as log:
            self._begun_at = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", cwd=PROJECT, stderr=log, env=self._environment
            )

    def strike(self) -> None:
        """What a power cut does: end it at once, if it lives. `buried` has to follow."""
        assert self._process is not None
        if self._family is None:
            self._family = descendants(self._process.pid)
            self._process.kill()

    async def buried(self) -> None:
        """Return when it is gone; all that it had begun has to end with it."""
        assert self._process is not None
        assert self._family is not None
        await self._process.wait()
        self._leaving.append(asyncio.create_task(_left(self._process.pid, self._family)))

    async def kill(self) -> None:
        """Strike, and wait until it is gone."""
        self.strike()
        await self.buried()

    async def stop(self, within_s: float) -> int:
        """The exit status after SIGTERM; raises TimeoutError when it takes too long."""
        assert self._process is not None
        family = descendants(self._process.pid)
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(within_s):
            status = await self._process.wait()
        await _left(self._process.pid, family)
        return status

    async def logs(self, text: str) -> None:
        """Wait until the text has been logged."""
        async with asyncio.timeout(PATIENCE_S):
            while text not in self.log:
                assert self.lives, self.log
                await asyncio.sleep(0.02)


async def _left(bot: int, family: set[int]) -> None:
    """Return when neither what was seen below the bot nor what names it is alive."""
    await wait_gone(family)
    await wait_gone(zygotes_of(bot))
