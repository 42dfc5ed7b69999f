"""Updates that wait for the bot, and the long poll that hands them over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

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
KEPT_S = 24 * 3600.0


def clock_ids() -> Iterator[int]:
    """Ids from the clock, so that a restart never gives one out again."""
    last = 0
    while True:
        last = max(last + 1, time.time_ns() // 1_000)
        yield last


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An update that the bot has not confirmed, and since when there is one."""

    update: Json
    since: float

    @property
    def id(self) -> int:
        number: int = self.update["update_id"]
        return number


class Updates:
    """Each is kept until the bot asks for those after it, at most a day."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._ids = clock_ids()
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._allowed: frozenset[str] | None = None
        self.polls = 0
        self._changed = asyncio.Event()

    def add(self, kind: str, body: Json) -> None:
        if not self._wanted(kind):
            return
        update = {"update_id": next(self._ids), kind: body}
        self._waiting.append(_Waiting(update, self._clock()))
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
        handed_over = self._waiting[: min(max(limit, 1), LIMIT_MAX)]
        return [waiting.update for waiting in handed_over]

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
        oldest = self._clock() - KEPT_S
        self._waiting = [w for w in self._waiting if w.since > oldest and w.id >= offset]
        if offset < 0:
            del self._waiting[:offset]

    def _notify(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _wait(self, timeout_s: float | None) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                await self._changed.wait()
        except TimeoutError:
            return
