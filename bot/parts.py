"""What handlers are given: the pool, the stores, and what is remembered between updates."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol, Self

from telegram import Update
from telegram.ext import BaseHandler, ContextTypes

from bot.config import Settings
from bot.inbox.queue import Inbox
from engine.progress.store import Progress
from engine.records import JobLimits
from handlers import forget, limit, replay, reset, roles, root, roster, stale
from handlers.pieces import Pieces
from handlers.reply import Cells, Corrections, Notice, Once, Pace, Retention, Turns
from handlers.words import Tongues, Words

Context = ContextTypes.DEFAULT_TYPE
Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]
Handler = BaseHandler[Update, Context, None]


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


class Jails(Cells, root.Gpus, replay.Replays, reset.Sessions, Protocol):
    """What the handlers together need of the pool."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What handlers are given."""

    pool: Jails
    limits: JobLimits
    turns: Turns
    pieces: Pieces
    backlog: stale.Backlog
    inbox: Inbox
    limit: limit.Limit
    staff: roster.Staff
    store: Progress
    once: Once
    retention: Retention
    default: str  # language of who has chosen none, and whose client speaks none of ours

    @property
    def instructors(self) -> Collection[int]:
        """Who may use every command."""
        return self.staff.instructors

    @classmethod
    async def gathered(
        cls, settings: Settings, pool: Jails, inbox: Inbox, store: Progress, pace: Pace
    ) -> Self:
        """All of them for one bot; raises `DatabaseError` when the store cannot be read."""
        chat, course = settings.chat, settings.course
        once = Once(await store.people.told(), store.people)
        tongues = Tongues(chat.language, await store.people.languages(), store.people)
        retention = _retention(settings)
        corrections = Corrections([name for name, shown in settings.corrections if shown], once)
        return cls(
            pool=pool,
            limits=settings.jail.job,
            turns=Turns(Words(), tongues, pace, inbox, corrections, Notice(retention, once)),
            pieces=Pieces(),
            backlog=stale.Backlog(chat.stale_after_s),
            inbox=inbox,
            limit=limit.Limit(chat.commands_per_minute),
            staff=roster.Staff(store.course, course.instructors, course.chat),
            store=store,
            once=once,
            retention=retention,
            default=chat.language,
        )

    def kept(self) -> forget.Stores:
        """Everything in which something is kept of a person."""
        return forget.Stores(self.store.people, self.store.keeping, self._forgotten, self.inbox)

    def for_instructors(self, callback: Callback) -> Callback:
        """The callback for instructors; others are told that it is not for them."""
        return partial(
            roles.instructors_only,
            turns=self.turns,
            instructors=self.instructors,
            callback=callback,
        )

    async def _forgotten(self, person: int) -> None:
        """The session and whatever is in memory of a person is forgotten."""
        await self.pool.reset(str(person))
        remembering = (self.turns, self.turns.tongues, self.once, self.pieces, self.backlog)
        for memory in remembering:
            memory.forget(person)


def _retention(settings: Settings) -> Retention:
    privacy, backup = settings.privacy, settings.backup
    copies_h = backup.every_h * backup.keep
    return Retention(privacy.keep_days, privacy.keep_marks, copies_h, settings.course.time_zone)
