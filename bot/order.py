"""Which update is processed when: many at once, but each person's one after another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from telegram import Update
from telegram.ext import BaseUpdateProcessor

LEAVE_S = 1.0  # for a cancelled handler to put its things away

Key = tuple[int | None, int | None]


class Inbox(Protocol):
    """Where updates are kept until they are done."""

    def handling(self, update: object, *, alone: bool = True) -> AbstractAsyncContextManager[None]:
        """Around the handlers of an update; `alone`: it may be made to wait for others."""


@dataclass(slots=True)
class _Line:
    """The updates of one person in one chat; `waiting` counts the one being processed too."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class InOrder(BaseUpdateProcessor):
    """Up to `at_once` updates in flight, in order per chat and user.

    A pressed button never waits, nor does an update of which `overtakes` says so.
    """

    __slots__ = ("_idle", "_in_flight", "_inbox", "_lines", "_overtakes", "_places")

    def __init__(
        self, overtakes: Callable[[object], bool], inbox: Inbox, at_once: int = 256
    ) -> None:
        # The base class would count those that wait for their turn, and one hasty person
        # could keep everybody's buttons out; the places are counted here instead.
        super().__init__(1 << 30)
        self._overtakes = overtakes
        self._inbox = inbox
        self._places = asyncio.Semaphore(at_once)
        self._lines: dict[Key, _Line] = {}
        self._in_flight: set[asyncio.Task[Any] | None] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def idle(self) -> None:
        """Return when no update is being processed or waits for its turn."""
        await self._idle.wait()

    async def abandon(self) -> None:
        """End what is still being processed; it stays in the inbox."""
        tasks = [task for task in self._in_flight if task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=LEAVE_S)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Process one update when its turn has come."""
        task = asyncio.current_task()
        self._in_flight.add(task)
        self._idle.clear()
        try:
            async with self._turn(update):
                await coroutine
        finally:
            if isinstance(coroutine, Coroutine):
                coroutine.close()  # cancelled while it waited, it was never started
            self._in_flight.discard(task)
            if not self._in_flight:
                self._idle.set()

    @asynccontextmanager
    async def _turn(self, update: object) -> AsyncIterator[None]:
        overtakes = self._overtakes(update)
        if not isinstance(update, Update) or update.callback_query or overtakes:
            async with self._inbox.handling(update, alone=not overtakes):
                yield
            return
        async with self._line(_key(update)), self._places, self._inbox.handling(update):
            yield

    @asynccontextmanager
    async def _line(self, key: Key) -> AsyncIterator[None]:
        line = self._lines.setdefault(key, _Line())
        line.waiting += 1
        try:
            async with line.lock:
                yield
        finally:
            line.waiting -= 1
            if not line.waiting:
                del self._lines[key]


def _key(update: Update) -> Key:
    chat, user = update.effective_chat, update.effective_user
    return chat.id if chat else None, user.id if user else None
