"""Trouble on purpose: the next calls of a method fail as a test asks."""

from __future__ import annotations

from dataclasses import dataclass, field


class Dropped(Exception):
    """The connection is to be cut instead of answered."""


@dataclass(slots=True)
class Faults:
    _planned: dict[str, list[Exception]] = field(default_factory=dict)

    def plan(self, method: str, fault: Exception, times: int) -> None:
        self._planned.setdefault(method.lower(), []).extend([fault] * times)

    def strike(self, method: str) -> None:
        """Raises the fault that is next for this method, if there is one."""
        planned = self._planned.get(method.lower())
        if planned:
            raise planned.pop(0)
