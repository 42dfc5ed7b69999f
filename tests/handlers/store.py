"""The store of a course in a file of its own, as the bot opens it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path

from bot.local.people import user_id
from engine.progress.records import Seen, Told
from engine.progress.store import FILE, Progress
from handlers.reply.retention import KEY

COURSE = "2026/27"


async def opened(folder: Path, course: str = COURSE) -> Progress:
    """The store in this folder; close it."""
    return await Progress.open(folder / FILE, course=course, clock=time.time)


def with_readers(folder: Path, names: Iterable[str]) -> Path:
    """A file in which these people have read what is kept about them, in an answer long ago."""

    async def write() -> None:
        async with await opened(folder) as store:
            for name in names:
                await store.people.meet(Seen(user_id(name), name, None))
                await store.people.tell(Told(user_id(name), KEY, "long ago"))

    asyncio.run(write())
    return folder / FILE
