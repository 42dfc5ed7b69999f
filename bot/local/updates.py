"""Updates that wait for the bot, and the long poll that hands them over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator

from bot.local.entities import Json
from bot.local.errors import ApiError

# Only on request, as the Bot API says of them.
_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
_CONFLICT = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
LIMIT_MAX = 100
TIMEOUT_MAX_S = 50.0


def clock_ids() -> Iterator[int]:
    """Ids from the clock, so that a restart never gives one out again."""
    last = 0
    while True:
        last = max(last + 1, time.time_ns() // 1_000)
        yield last


class Updates:
    def __init__(self) -> None:
        self._ids = clock_ids()
        self._waiting: list[Json] = []
        self._allowed: frozenset[str] | None = None
        self.polls = 0
        self._changed = asyncio.Event()

    def add(self, kind: str, body: Json) -> None:
        if not self._wanted(kind):
            return
        self._waiting.append({"update_id": next(self._ids), kind: body})
        self._notify()

    async def take(
        self, offset: int, limit: int, timeout_s: float, allowed: Iterable[str] | None
    ) -> list[Json]:
        """What the bot has not confirmed, at once or as soon as there is something."""
        if allowed is not None:
            self._allowed = frozenset(allowed)
        self.polls += 1
        mine = self.polls
        self._forget(offset)
        self._notify()
        deadline = time.monotonic() + min(timeout_s, TIMEOUT_MAX_S)
        while not self._waiting and (left := deadline - time.monotonic()) > 0:
            await self._wait(left)
            if mine != self.polls:
                raise ApiError(409, _CONFLICT)
        return self._waiting[: min(max(limit, 1), LIMIT_MAX)]

    async def confirmed(self) -> None:
        """Returns once the bot has confirmed every update that there is."""
        while self._waiting:
            await self._wait(None)

    async def polled(self) -> None:
        """Returns once the bot has asked for updates at all."""
        while not self.polls:
            await self._wait(None)

    def drop(self) -> None:
        self._waiting.clear()
        self._notify()

    @property
    def pending(self) -> int:
        return len(self._waiting)

    def _wanted(self, kind: str) -> bool:
        return kind in self._allowed if self._allowed else kind not in _ON_REQUEST

    def _forget(self, offset: int) -> None:
        if offset < 0:
            del self._waiting[:offset]
        elif offset > 0:
            self._waiting = [u for u in self._waiting if u["update_id"] >= offset]

    def _notify(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _wait(self, timeout_s: float | None) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                await self._changed.wait()
        except TimeoutError:
            return
