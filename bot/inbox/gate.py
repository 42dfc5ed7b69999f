"""One at a time, and who has the least against them first."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
from collections.abc import AsyncIterator
from itertools import count
from typing import Final

GATHER_S: Final = 0.05  # for others to come who go first


class Gate:
    """Lets one in at a time, of those who wait the one with the smallest number.

    So a culprit that ends the process each time keeps nobody waiting: whoever was only near it
    is through before its turn comes.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int]] = []
        self._came = count()
        self._taken = False
        self._news = asyncio.Event()

    @contextlib.asynccontextmanager
    async def alone(self, number: int, most_s: float) -> AsyncIterator[None]:
        """Be inside alone, for `most_s` at most; after that another may enter beside."""
        await self._enter((number, next(self._came)))
        with contextlib.ExitStack() as inside:
            inside.callback(self._leave)
            over = asyncio.get_running_loop().call_later(most_s, inside.close)
            inside.callback(over.cancel)
            yield

    async def _enter(self, mine: tuple[int, int]) -> None:
        heapq.heappush(self._waiting, mine)
        try:
            await asyncio.sleep(GATHER_S)
            while self._taken or self._waiting[0] != mine:
                await self._news.wait()
            self._taken = True
        finally:
            self._waiting.remove(mine)
            heapq.heapify(self._waiting)
            self._tell()

    def _leave(self) -> None:
        self._taken = False
        self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
