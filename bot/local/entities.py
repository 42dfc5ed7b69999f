"""Formatted text: characters, and entities counted in UTF-16 units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

Json = dict[str, Any]

ENTITIES_MAX = 100
CODE = ("code", "pre")
QUOTES = ("blockquote", "expandable_blockquote")
SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
# Outer first where two entities cover the same text.
_DEPTH = (*QUOTES, "pre", "code", "text_link", "text_mention", *SPLITTABLE, "custom_emoji")


@dataclass(frozen=True, slots=True)
class Entity:
    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    custom_emoji_id: str | None = None

    @property
    def end(self) -> int:
        return self.offset + self.length

    def to_json(self) -> Json:
        fields = {
            "type": self.type,
            "offset": self.offset,
            "length": self.length,
            "url": self.url,
            "language": self.language,
            "custom_emoji_id": self.custom_emoji_id,
        }
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Formatted:
    text: str
    entities: tuple[Entity, ...] = ()


NOTHING = Formatted("")


def units(text: str) -> int:
    """The length that Telegram counts: UTF-16 units, so that an emoji is two."""
    return len(text) + sum(char > "\uffff" for char in text)


def between(text: str, start: int, end: int) -> str:
    """The part of a text between two offsets in UTF-16 units."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")


def cut(formatted: Formatted, start: int, end: int) -> Formatted:
    """The part between two offsets, with the entities that reach into it."""
    kept = []
    for entity in formatted.entities:
        left, right = max(entity.offset, start), min(entity.end, end)
        if left < right:
            kept.append(replace(entity, offset=left - start, length=right - left))
    return Formatted(between(formatted.text, start, end), tuple(kept))


def trim(formatted: Formatted) -> Formatted:
    """Without white space at the ends; at the start only down to the first entity."""
    text = formatted.text
    first = min((entity.offset for entity in formatted.entities), default=len(text))
    blank = len(text) - len(text.lstrip(" \n\t"))
    # White space is never outside the basic plane: characters here are units.
    return cut(formatted, min(blank, first), units(text.rstrip()))


def settle(formatted: Formatted) -> Formatted:
    """Entities by Telegram's nesting rules: code holds nothing, a quote holds no quote."""
    ordered = sorted(formatted.entities, key=_position)
    quotes = _disjoint(e for e in ordered if e.type in QUOTES)
    whole = _disjoint(e for e in ordered if e.type not in QUOTES and e.type not in SPLITTABLE)
    code = [e for e in whole if e.type in CODE]
    styles = [piece for e in ordered if e.type in SPLITTABLE for piece in _around(e, code)]
    kept = sorted([*quotes, *whole, *styles], key=_position)
    return Formatted(formatted.text, tuple(kept[:ENTITIES_MAX]))


def _position(entity: Entity) -> tuple[int, int, int]:
    depth = _DEPTH.index(entity.type) if entity.type in _DEPTH else len(_DEPTH)
    return entity.offset, -entity.length, depth


def _disjoint(entities: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _around(entity: Entity, holes: list[Entity]) -> list[Entity]:
    inside = [h for h in holes if h.offset < entity.end and entity.offset < h.end]
    edges = [entity.offset, *(edge for h in inside for edge in (h.offset, h.end)), entity.end]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [
        replace(entity, offset=left, length=right - left) for left, right in pairs if left < right
    ]
