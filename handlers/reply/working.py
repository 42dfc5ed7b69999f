"""What a person sees while we work: typing, then a line with the seconds and a way out."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable
from types import TracebackType

from markupsafe import Markup
from telegram.error import TelegramError

from engine.records import Event
from handlers.reply.record import Button, Reply
from handlers.reply.turn import Turn

log = logging.getLogger(__name__)


class Working:
    """Tells that a job waits or runs until the block is left; `stop` is set by the button."""

    def __init__(self, turn: Turn) -> None:
        self.stop = asyncio.Event()
        self._turn = turn
        self._pace = turn.turns.pace
        self._key = secrets.token_urlsafe(8)
        self._ahead: int | None = None
        self._warming = False
        self._since = time.monotonic()
        self._over = False
        self._news = asyncio.Event()  # it is over, or there is something to say at once

    async def __aenter__(self) -> Working:
        self._turn.turns.running[self._key] = self.stop
        self._task = asyncio.create_task(self._tell())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del self._turn.turns.running[self._key]
        self._over = True
        self._news.set()
        await self._task  # not cancelled: a message just being sent would be unknown to us

    def on_event(self, event: Event) -> None:
        """Take in what the pool tells of the job."""
        match event.kind:
            case "warming":  # a start takes seconds: said at once
                self._warming = True
                self._news.set()
            case "queued":
                self._warming, self._ahead = False, event.data["ahead"]
            case "started":
                self._warming, self._ahead = False, None
                self._since = time.monotonic()

    async def _tell(self) -> None:
        if await self._left(self._pace.typing_s):
            return
        await self._quietly(self._turn.typing())
        if await self._left(self._pace.line_s - self._pace.typing_s):
            return
        await self._show()
        while not await self._left(self._pace.every_s):
            await self._show()

    async def _left(self, seconds: float) -> bool:
        """Wait; True when the block was left meanwhile."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        if self._over:
            return True
        self._news.clear()
        await self._show()
        return await self._left(seconds)

    async def _show(self) -> None:
        self._turn.posted.answered = False  # of an edit: this line replaces the earlier answer
        cancel = Button(self._turn.say("working.cancel"), "cancel", self._key)
        await self._quietly(self._turn.show(Reply(self._line(), buttons=(cancel,)), tries=1))

    def _line(self) -> Markup:
        say = self._turn.say
        if self._warming:
            return say("working.warming")
        if self._ahead:
            return say.n("working.queued", self._ahead)
        return say("working.running", seconds=round(time.monotonic() - self._since))

    async def _quietly(self, sending: Awaitable[None]) -> None:
        # The line is a courtesy: when Telegram refuses it, the answer still comes.
        try:
            await sending
        except TelegramError as error:
            log.info("progress not shown: %s", error)
