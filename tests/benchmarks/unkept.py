"""An inbox that keeps nothing, to see what it costs to keep."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType

from bot.inbox.queue import Inbox
from handlers.reply import Posted


class Unkept(Inbox):
    """The queue that an application has by itself."""

    def __init__(self) -> None:
        asyncio.Queue.__init__(self)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing to close."""

    async def put(self, item: object) -> None:
        """Queue it."""
        await asyncio.Queue.put(self, item)

    @asynccontextmanager
    async def handling(self, update: object, *, alone: bool = True) -> AsyncIterator[None]:
        """Around the handlers of an update."""
        yield

    def answers(self) -> dict[str, Posted]:
        """None: nothing outlives the process."""
        return {}

    async def keep(self, posted: Posted, person: int, done: int | None = None) -> None:
        """Note nothing."""

    def continues(self, part: int, whole: int) -> None:
        """Parts and their whole are forgotten alike."""
