"""Serving for real: a process of its own, over the local Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Update

from bot.config import PROJECT
from bot.inbox.ledger import Ledger
from bot.inbox.queue import TRIES
from bot.local.people import BOT_ID
from bot.local.server import LocalTelegram

PATIENCE_S = 60.0  # a hung process fails the test; nothing here waits that long


class Served:
    """A running `tutor serve` and what it has logged."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log = ""

    async def logs(self, text: str) -> None:
        """Wait until the text has been logged."""
        assert self.process.stderr is not None
        async with asyncio.timeout(PATIENCE_S):
            while text not in self.log:
                line = await self.process.stderr.readline()
                assert line, f"ended before logging {text!r}:\n{self.log}"
                self.log += line.decode()

    async def stopped_by(self, number: signal.Signals) -> int:
        """The exit status after a signal."""
        self.process.send_signal(number)
        return await self.ended()

    async def ended(self) -> int:
        """The exit status, once the process has left by itself."""
        async with asyncio.timeout(PATIENCE_S):
            _, rest = await self.process.communicate()
        self.log += rest.decode()
        assert self.process.returncode is not None
        return self.process.returncode


@contextlib.asynccontextmanager
async def serving(
    telegram: LocalTelegram, folder: Path, token: str | None = None
) -> AsyncIterator[Served]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "serve"),
        cwd=PROJECT,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ
        | {
            "TUTOR_TELEGRAM__TOKEN": token or telegram.token,
            "TUTOR_TELEGRAM__BASE_URL": telegram.base_url,
            "TUTOR_TELEGRAM__BASE_FILE_URL": telegram.base_file_url,
            "TUTOR_STORAGE__PATH": str(folder),
        },
    )
    served = Served(process)
    try:
        yield served
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def folder(parent: Path, name: str) -> Path:
    (parent / name).mkdir()
    return parent / name


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signal_stops_gracefully(number: signal.Signals, tmp_path: Path) -> None:
    async with LocalTelegram() as telegram, serving(telegram, tmp_path) as served:
        await served.logs("event=answering")

        assert await served.stopped_by(number) == 0
        assert "event=stopped" in served.log
        assert "Traceback" not in served.log


async def test_message_is_answered_and_heart_beats(tmp_path: Path) -> None:
    async with LocalTelegram() as telegram, serving(telegram, tmp_path) as served:
        telegram.person("anna").send("/start")
        await served.logs("event=answering")
        async with asyncio.timeout(PATIENCE_S):
            # The bot is another process: there is no event to wait for.
            while not (telegram.transcript.calls and (tmp_path / "alive").exists()):  # noqa: ASYNC110
                await asyncio.sleep(0.01)

        assert await served.stopped_by(signal.SIGTERM) == 0


async def test_running_cell_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    async with LocalTelegram() as telegram, serving(telegram, tmp_path) as served:
        await served.logs('event="jail ready"')
        telegram.person("anna").send("/eval import time; time.sleep(25)")
        await telegram.world.updates.confirmed()

        async with asyncio.timeout(10):  # what a supervisor gives us before it kills
            assert await served.stopped_by(signal.SIGTERM) == 0


async def test_who_cannot_be_told_of_what_is_set_aside_holds_up_nobody(tmp_path: Path) -> None:
    async with LocalTelegram() as telegram:
        telegram.person("anna").send("poison")
        (update,) = await telegram.world.updates.take(0, 100, 0, None)
        telegram.world.updates.drop()
        ledger = await Ledger.open(tmp_path / "inbox.db", BOT_ID)
        await ledger.add(Update.de_json(update))
        await ledger.tried(update["update_id"], TRIES)
        await ledger.close()
        telegram.provoke_429("sendMessage", retry_after=3600)
        async with serving(telegram, tmp_path) as served:
            await served.logs("Retry in 1:00:00")
            async with asyncio.timeout(PATIENCE_S / 4):
                while not (tmp_path / "alive").exists():  # noqa: ASYNC110  of another process
                    await asyncio.sleep(0.01)

            assert await served.stopped_by(signal.SIGTERM) == 0


async def test_unknown_token_is_told(tmp_path: Path) -> None:
    token = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4Kabc"
    async with LocalTelegram() as telegram, serving(telegram, tmp_path, token) as served:
        assert await served.ended() == 2
        assert "Telegram does not know this token" in served.log
        assert token not in served.log


async def test_second_copy_is_told(tmp_path: Path) -> None:
    async with (
        LocalTelegram() as telegram,
        serving(telegram, folder(tmp_path, "one")) as first,
        serving(telegram, folder(tmp_path, "two")) as second,
    ):
        await asyncio.wait(
            [asyncio.ensure_future(each.logs("the same token")) for each in (first, second)],
            return_when=asyncio.FIRST_COMPLETED,
        )

        assert "the same token" in first.log + second.log


async def test_folder_of_another_copy_is_left_alone(tmp_path: Path) -> None:
    async with LocalTelegram() as telegram, serving(telegram, tmp_path) as first:
        await first.logs("event=answering")
        async with serving(telegram, tmp_path) as second:
            assert await second.ended() == 1
            assert "another tutor is using this folder" in second.log
            assert "Traceback" not in second.log


async def test_databases_that_cannot_be_used_are_told_and_left_as_they_are(tmp_path: Path) -> None:
    damaged = tmp_path / "inbox.db"
    damaged.write_bytes(b"no database " * 1000)
    async with LocalTelegram() as telegram, serving(telegram, tmp_path) as served:
        assert await served.ended() == 1
        assert "it is damaged and was left as it is" in served.log
        assert "Traceback" not in served.log
    assert damaged.read_bytes() == b"no database " * 1000


async def test_missing_network_is_waited_for(tmp_path: Path) -> None:
    telegram = LocalTelegram(port=free_port())
    async with serving(telegram, tmp_path) as served:
        await served.logs("no way to Telegram yet")
        async with telegram:
            await served.logs("event=answering")

            assert served.log.index("no way to Telegram yet") < served.log.index("event=answering")


async def test_stop_while_there_is_no_network_is_graceful(tmp_path: Path) -> None:
    async with serving(LocalTelegram(port=free_port()), tmp_path) as served:
        await served.logs("no way to Telegram yet")

        assert await served.stopped_by(signal.SIGTERM) == 0
