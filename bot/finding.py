"""What the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    `says` and `repair` are keys of doctor_words; what holds needs no repair, and what is
    not `needed` the tutor works without.
    """

    says: str
    values: dict[str, Any] = field(default_factory=dict)
    repair: str | None = None
    needed: bool = True

    @property
    def holds(self) -> bool:
        return self.repair is None
