"""A memory with bounds: so many entries, each for so long."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")

TWO_DAYS_S = 48 * 3600.0


class Kept(Generic[V]):
    """Values by key, each for its time; together they weigh `most` at most, the oldest goes first.

    Without `weigh` each of them weighs 1.
    """

    def __init__(
        self,
        most: int = 10_000,
        for_s: float = TWO_DAYS_S,
        clock: Callable[[], float] = time.monotonic,
        weigh: Callable[[V], int] = lambda value: 1,
    ) -> None:
        self._most = most
        self._for_s = for_s
        self._clock = clock
        self._weigh = weigh
        self._weight = 0
        self._values: OrderedDict[str, tuple[float, V]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: str) -> V | None:
        """The value kept under `key`, None when there is none any more."""
        self._forget_old()
        kept = self._values.get(key)
        return None if kept is None else kept[1]

    def put(self, key: str, value: V) -> None:
        """Keep `value`; its time starts now."""
        self.pop(key)
        self._values[key] = (self._clock(), value)
        self._weight += self._weigh(value)
        while self._weight > self._most:
            self._forget(next(iter(self._values)))

    def pop(self, key: str) -> V | None:
        """The value kept under `key`, which is then forgotten."""
        value = self.get(key)
        if value is not None:
            self._forget(key)
        return value

    def forget(self, which: Callable[[str, V], bool]) -> None:
        """Forget the entries of which `which` says so."""
        for key in [key for key, (_, value) in self._values.items() if which(key, value)]:
            self._forget(key)

    def _forget(self, key: str) -> None:
        _, value = self._values.pop(key)
        self._weight -= self._weigh(value)

    def _forget_old(self) -> None:
        # put() moves a key to the end, so the first one is always the oldest.
        while self._values:
            key, (since, _) = next(iter(self._values.items()))
            if self._clock() - since < self._for_s:
                return
            self._forget(key)
