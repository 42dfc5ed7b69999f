"""Jails forked ahead of need, so that nobody waits for a fork."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from engine.jail.process import JailProcess

Fork = Callable[[], Awaitable[JailProcess]]


class Spares:
    """Keeps `count` unused jails; `run` must be running as a task of its owner."""

    def __init__(self, fork: Fork, count: int = 1) -> None:
        self._fork = fork
        self._count = count
        self._jails: deque[JailProcess] = deque()
        self._taken = asyncio.Event()

    async def take(self) -> JailProcess:
        """A jail nobody has used: a spare one, or forked now."""
        while self._jails:
            jail = self._jails.popleft()
            self._taken.set()
            if jail.status is None:
                return jail
        return await self._fork()

    async def run(self) -> None:
        """Replace what was taken, or has died, for ever."""
        while True:
            self._taken.clear()
            while len(self._jails) < self._count:
                self._jails.append(await self._fork())
            await self._taken.wait()
