"""The queue between the polling and the handlers: what enters it is on the disk first."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from telegram import Bot, Update
from telegram.error import NetworkError

from bot.inbox.gate import Gate
from bot.inbox.ledger import Ledger
from engine.errors import DatabaseError
from handlers.reply import Posted

TRIES: Final = 5  # fewer, and whoever restarts us often is to blame for what waits longest
ALONE_S: Final = 60.0  # longer than any job may take

Ready = Callable[[], Awaitable[None]]

log = logging.getLogger(__name__)


async def _at_once() -> None:
    """Nothing to wait for."""


class Inbox(asyncio.Queue[object]):
    """Updates, each handled at least once however the bot ends, and answered once.

    A row is done as soon as its answer stands in the chat. What a crash interrupted is begun
    again at the next start; what crashed the bot once more is then begun alone, so that the
    culprit is known, and set aside after `TRIES` times.
    """

    def __init__(self, ledger: Ledger, answers: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__()
        self._ledger = ledger
        self._answers = answers
        self._open: set[int] = set()
        self._tries: dict[int, int] = {}  # of those that a crash has interrupted
        self._gate = Gate()
        self._ready: Ready = _at_once
        self._held: set[int] = set()
        self._parts: dict[int, list[int]] = {}
        self._unmarked: set[int] = set()  # done, but the disk has not taken it in yet

    @classmethod
    async def open(cls, path: Path, bot_id: int, clock: Callable[[], float] = time.time) -> Self:
        """Open or make the file; raises `DatabaseError`."""
        ledger = await Ledger.open(path, bot_id, clock)
        return cls(ledger, await ledger.answers())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._unmarked:
            with contextlib.suppress(DatabaseError):  # then they are answered once more
                await self._ledger.done(self._unmarked)
        await self._ledger.close()

    async def put(self, item: object) -> None:
        """Take an update in; it is on the disk when this returns. One that is known is ignored.

        Raises `NetworkError` when the disk refuses: the polling waits, and Telegram hands the
        same updates over again. What is no update only passes through.
        """
        if isinstance(item, Update):
            try:
                added = await self._ledger.add(item)
            except DatabaseError as error:
                raise NetworkError(f"the inbox takes nothing in: {error}") from error
            except Exception as error:  # any other would end the polling, and nobody would notice
                log.exception("an update cannot be taken in", extra={"update": item.update_id})
                raise NetworkError(f"the inbox takes nothing in: {error!r}") from error
            if not added:
                return
            self._open.add(item.update_id)
        await super().put(item)

    async def revive(self, bot: Bot, ready: Ready = _at_once) -> list[Update]:
        """Queue what was not answered before the bot ended; returns what is set aside instead.

        A suspect begins when `ready` returns: it shall not be blamed for a start that failed.
        """
        self._ready = ready
        aside = []
        for row in await self._ledger.undone():
            update = _read(row.data, bot)
            if update is not None and row.tries < TRIES:
                self._open.add(row.id)
                self._tries[row.id] = row.tries
                self.put_nowait(update)
                continue
            log.error("an update is set aside", extra={"update": row.id, "tries": row.tries})
            if await self._set_aside(row.id) and update is not None:
                aside.append(update)
        return aside

    async def _set_aside(self, update_id: int) -> bool:
        """False when the disk refuses: no reason not to start, it is told at the next one."""
        try:
            await self._ledger.set_aside(update_id)
        except DatabaseError as error:
            log.warning("not noted that an update is set aside", extra={"error": error})
            return False
        return True

    @contextlib.asynccontextmanager
    async def handling(self, update: object, *, alone: bool = True) -> AsyncIterator[None]:
        """Around the handlers of an update; when they have ended it is done.

        `alone` is False for one that others wait for: it cannot wait in turn.
        """
        if not isinstance(update, Update):
            yield
            return
        async with self._begun(update.update_id, alone):
            yield
        await self.done(update.update_id)

    @contextlib.asynccontextmanager
    async def _begun(self, update_id: int, alone: bool) -> AsyncIterator[None]:
        tries = self._tries.pop(update_id, None)
        if tries is None or update_id in self._held:  # a part is tried with its whole
            yield
            return
        if tries:
            await self._ready()
        waits = tries and alone
        async with self._gate.alone(tries, ALONE_S) if waits else contextlib.nullcontext():
            await self._count(update_id, tries + 1)
            try:
                yield
            except (Exception, asyncio.CancelledError):
                await self._survived(update_id)
                raise
            await self._survived(update_id)

    async def _survived(self, update_id: int) -> None:
        """What comes back though it ended no bot is no suspect: it is held, or a stop cut it."""
        if update_id in self._open:
            await self._count(update_id, 0)

    async def _count(self, update_id: int, tries: int) -> None:
        try:
            await self._ledger.tried(update_id, tries)
        except DatabaseError as error:
            log.warning("a try is not counted", extra={"error": error})

    def answers(self) -> dict[str, Posted]:
        """Where answers stood when the bot ended, by the address of what they answer."""
        answers, self._answers = self._answers, {}  # asked for once
        return {address: Posted(**data) for address, data in answers.items()}

    async def keep(self, posted: Posted, person: int, done: int | None = None) -> None:
        """Note where an answer stands, and that the update `done` is done with it.

        Never raises: the chat shows the answer, whatever the disk says.
        """
        ids = self._closed(done)
        try:
            if posted.address:
                await self._ledger.keep(posted.address, person, asdict(posted), ids)
            elif ids:
                await self._ledger.done(ids)
            self._unmarked -= ids
        except Exception as error:
            log.warning("an answer stands that the disk does not know", extra={"error": error})

    async def done(self, update_id: int) -> None:
        """Nothing more is to be done about the update, unless it is held. Never raises."""
        if update_id in self._open:
            await self.keep(Posted(), 0, done=update_id)

    def hold(self, update_id: int) -> None:
        """Let the update come back at the next start, whatever is answered meanwhile."""
        self._held.add(update_id)

    def release(self, update_id: int) -> None:
        """From now on an answer ends the update, as it ends others."""
        self._held.discard(update_id)

    def continues(self, part: int, whole: int) -> None:
        """The update `part` continues `whole`, which may not come back without it."""
        if whole in self._open:
            self._parts.setdefault(whole, []).append(part)
            self.hold(part)

    async def about(self, person: int) -> dict[str, Any]:
        """All that is kept here of a person."""
        return await self._ledger.about(person)

    async def forget(self, person: int) -> None:
        """Delete what is kept here of a person, but for what is just being answered."""
        await self._ledger.forget(person, self._open - self._held)

    async def prune(self) -> None:
        """Delete what nobody asks for any more."""
        if vain := await self._ledger.prune():
            log.error("updates were dropped after a week", extra={"updates": vain})

    def _closed(self, update_id: int | None) -> frozenset[int]:
        """All that may be marked as done now: this update with its parts, and earlier ones."""
        if update_id in self._open and update_id not in self._held:
            ids = {update_id, *self._parts.pop(update_id, ())}
            self._open -= ids
            self._held -= ids
            self._unmarked |= ids
        return frozenset(self._unmarked)


def _read(data: str, bot: Bot) -> Update | None:
    try:
        return Update.de_json(json.loads(data), bot)
    except (ValueError, TypeError, KeyError, AttributeError):
        log.exception("an update cannot be read any more")
        return None
