"""A memory with bounds: so many entries, each for so long."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")

TWO_DAYS_S = 48 * 3600.0


class Kept(Generic[V]):
    """Values by key; the oldest is forgotten when there are too many, each when its time is up."""

    def __init__(
        self,
        most: int = 10_000,
        for_s: float = TWO_DAYS_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._for_s = for_s
        self._clock = clock
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
        self._forget_old()
        self._values.pop(key, None)
        self._values[key] = (self._clock(), value)
        while len(self._values) > self._most:
            self._values.popitem(last=False)

    def pop(self, key: str) -> V | None:
        """The value kept under `key`, which is then forgotten."""
        value = self.get(key)
        self._values.pop(key, None)
        return value

    def _forget_old(self) -> None:
        # put() moves a key to the end, so the first one is always the oldest.
        while self._values:
            key, (since, _) = next(iter(self._values.items()))
            if self._clock() - since < self._for_s:
                return
            del self._values[key]
