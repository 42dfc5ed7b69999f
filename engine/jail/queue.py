"""Whose turn it is: a bounded queue that is fair between users."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class QueueFull(Exception):
    """Too many jobs wait; `ahead` of them would go before this one."""

    def __init__(self, ahead: int) -> None:
        super().__init__(f"{ahead} jobs ahead")
        self.ahead = ahead


class FairQueue:
    """At most `slots` jobs at a time, one per owner; owners take turns, whoever sent more.

    At most `most` jobs wait, and at most `most_per_owner` of one owner.
    """

    def __init__(self, slots: int, most: int, most_per_owner: int) -> None:
        self._free = slots
        self._most = most
        self._most_per_owner = most_per_owner
        self._running: set[str] = set()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}  # in order of turns

    def ahead(self, owner: str) -> int:
        """How many jobs would be served, or are being served, before a new one of `owner`."""
        mine = len(self._waiting.get(owner, ()))
        others = (len(queue) for name, queue in self._waiting.items() if name != owner)
        return len(self._running) + mine + sum(min(count, mine + 1) for count in others)

    def take(self, owner: str) -> bool:
        """Take a turn if one is to be had at once; pair with `release`."""
        free = self._free > 0 and owner not in self._running and owner not in self._waiting
        if free:
            self._start(owner)
        return free

    async def acquire(self, owner: str, on_wait: Callable[[int], None]) -> None:
        """Wait for a turn, told once how many are ahead; pair with `release`.

        Raises `QueueFull` instead of waiting when the queue is at its bound.
        """
        if self.take(owner):
            return
        mine = len(self._waiting.get(owner, ()))
        if self._length() >= self._most or mine >= self._most_per_owner:
            raise QueueFull(self.ahead(owner))
        on_wait(self.ahead(owner))
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(owner, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            self._withdraw(owner, turn)
            raise

    def release(self, owner: str) -> None:
        """The turn is over; the next owner's begins."""
        self._running.discard(owner)
        self._free += 1
        self._serve_next()

    def _length(self) -> int:
        return sum(len(queue) for queue in self._waiting.values())

    def _start(self, owner: str) -> None:
        self._free -= 1
        self._running.add(owner)

    def _serve_next(self) -> None:
        for owner in list(self._waiting):
            if self._free and owner not in self._running:
                turns = self._waiting.pop(owner)
                turns.popleft().set_result(None)
                if turns:
                    self._waiting[owner] = turns  # at the end: others first
                self._start(owner)

    def _withdraw(self, owner: str, turn: asyncio.Future[None]) -> None:
        if turn.done() and not turn.cancelled():  # it was just granted
            self.release(owner)
            return
        turns = self._waiting[owner]
        turns.remove(turn)
        if not turns:
            del self._waiting[owner]
