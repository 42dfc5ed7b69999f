"""What the engine says, in keys: it knows no language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.records.codec import Json


@dataclass(frozen=True, slots=True)
class Note:
    """Something to say, as a key into the catalogue of words and its values."""

    key: str
    values: Mapping[str, Json] = field(default_factory=dict)
