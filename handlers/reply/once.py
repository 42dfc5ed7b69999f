"""What is said to each person only once, and in which answer of ours it stands."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Protocol

from engine.errors import DatabaseError
from engine.progress.records import Told

log = logging.getLogger(__name__)


class Tellings(Protocol):
    """Where it is kept what was told."""

    async def tell(self, told: Told) -> None:
        """Keep it."""


class Once:
    """What was told so far; without a store it is remembered until the bot stops."""

    def __init__(self, told: Iterable[Told] = (), store: Tellings | None = None) -> None:
        self._store = store
        self._answers: dict[int, dict[str, str]] = {}
        for each in told:
            self._remember(each)

    def told_in(self, person: int, key: str) -> str | None:
        """The answer in which the person was told; None when they were not."""
        return self._answers.get(person, {}).get(key)

    async def tell(self, person: int, key: str, answer: str) -> None:
        """It stands in this answer; a disk that refuses to keep that is no reason to fail."""
        if self.told_in(person, key) is not None:
            return
        told = Told(person, key, answer)
        self._remember(told)
        try:
            if self._store is not None:
                await self._store.tell(told)
        except DatabaseError as error:  # after a restart it is said once more
            log.warning("not kept that %s was told: %s", key, error)

    def forget(self, person: int) -> None:
        """Forget what the person was told."""
        self._answers.pop(person, None)

    def _remember(self, told: Told) -> None:
        self._answers.setdefault(told.person, {})[told.key] = told.answer
