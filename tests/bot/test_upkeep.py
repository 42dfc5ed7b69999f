"""What nobody asks for any more goes by itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import Privacy
from bot.inbox.queue import Inbox
from bot.local.people import BOT_ID
from bot.upkeep import clean, hourly
from engine.progress.records import Seen
from engine.progress.store import Progress
from handlers.reply import Posted

NOW = datetime(2026, 11, 25, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now.timestamp()


async def test_old_answers_go_and_people_not_seen_for_long_are_forgotten(tmp_path: Path) -> None:
    clock, privacy = Clock(), Privacy(keep_days=30)
    async with (
        await Inbox.open(tmp_path / "inbox.db", BOT_ID, clock) as inbox,
        await Progress.open(tmp_path / "progress.db", course="1", clock=clock) as store,
    ):
        await inbox.keep(Posted("1:1", main=5), 1)
        await store.people.meet(Seen(1, "Anna", None))
        clock.now += timedelta(days=20)
        await inbox.keep(Posted("2:1", main=6), 2)
        await store.people.meet(Seen(2, "Boris", None))

        await clean(inbox, store.keeping, privacy, clock.now)
        assert await store.people.person(1) is not None
        assert (await inbox.about(1))["answers"] == []
        assert len((await inbox.about(2))["answers"]) == 1

        clock.now += timedelta(days=20)
        await clean(inbox, store.keeping, privacy, clock.now)
        assert await store.people.person(1) is None
        assert await store.people.person(2) is not None


async def test_refusing_disk_is_told_and_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        await Inbox.open(tmp_path / "inbox.db", BOT_ID) as inbox,
        await Progress.open(tmp_path / "progress.db", course="1", clock=Clock()) as store,
    ):
        await inbox._ledger._database.rows("PRAGMA query_only = ON")
        upkeep = asyncio.create_task(hourly(inbox, store.keeping, Privacy()))
        async with asyncio.timeout(30):
            while "cleaning up is put off" not in caplog.text:  # noqa: ASYNC110  a log is no event
                await asyncio.sleep(0.01)
        assert not upkeep.done()
        upkeep.cancel()
