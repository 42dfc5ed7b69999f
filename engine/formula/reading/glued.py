"""Names written side by side: `xy` is x·y, `sinx` is sin x."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from engine.formula.reading.calls import MODULES
from engine.formula.reading.mistakes import QUOTED
from engine.formula.reading.names import CONSTANTS, is_known
from engine.formula.reading.tokens import Kind, Token
from engine.records import Note

_SINGLE: Final = re.compile(r"[^\W\d_](?:_?\d+)?\Z")
_PIECE: Final = re.compile(r"[^\W\d_](?:_?\d+)?|\d+")
_GLUED: Final = re.compile(  # sinx, ln2x, xsinx
    r"([^\W\d_]??)"
    r"(a?sin|a?cos|a?tan|arcsin|arccos|arctg|arctan|ctg|tg|ln|lg|log|exp|sqrt)"
    r"(\d*)((?:[^\W\d_](?:_?\d+)?)*)\Z"
)
_SIDE_BY_SIDE: Final = frozenset("wxyz")  # wx is w·x even where neither stands alone
_LONGEST_PRODUCT: Final = 3
_LONGEST_DECLARED: Final = 8


def is_single(name: str) -> bool:
    """Whether a name is one letter, perhaps numbered."""
    return _SINGLE.match(name) is not None


def beside_function(name: str) -> list[str]:
    """The `x` of `sinx` and `xsinx`; any other name as it is."""
    glued = _GLUED.match(name)
    around = [part for part in (glued[1], glued[4]) if part] if glued else []
    return around if around and all(map(_SINGLE.match, around)) else [name]


def divided(
    tokens: Sequence[Token], inputs: Collection[str], declared: Collection[str], notes: list[Note]
) -> list[Token]:
    """The tokens, with `xy` as x and y where those are inputs, `sinx` as sin and x.

    How it was read is noted, unless all the parts were declared.
    """
    result: list[Token] = []
    for at, token in enumerate(tokens):
        before, after = tokens[max(at - 1, 0)], tokens[min(at + 1, len(tokens) - 1)]
        apart = token.kind is Kind.NAME and before.kind is not Kind.DOT
        parts = _pieces(token.text, inputs) if apart and after.kind is not Kind.EQUALS else []
        result += _placed(token, parts) if parts else [token]
        note = Note("note.product", {"text": token.text, "read": _read(parts, inputs)})
        if parts and not {*parts} <= {*declared, *CONSTANTS} and note not in notes:
            notes.append(note)
    return result


def _read(parts: Sequence[str], inputs: Collection[str]) -> str:
    """The parts as a student writes them: x·sin x, sin(x·y)."""
    for at, part in enumerate(parts):
        if part not in inputs and part not in CONSTANTS and is_known(part):
            rest = "·".join(parts[at + 1 :])
            argument = f" {rest}" if at + 2 == len(parts) else f"({rest})"
            return "·".join([*parts[:at], part]) + argument
    return "·".join(parts)


def _placed(token: Token, parts: Iterable[str]) -> Iterator[Token]:
    start, spaced = token.start, token.spaced
    for part in parts:
        kind = Kind.NUMBER if part.isdecimal() else Kind.NAME
        yield Token(kind, part, start, start + len(part), spaced)
        start, spaced = start + len(part), False


def _pieces(name: str, inputs: Collection[str]) -> list[str]:
    """What a name that is none of ours is made of; empty when it is one thing."""
    if name in inputs or is_known(name) or name in MODULES or len(name) > QUOTED:
        return []
    if glued := _GLUED.match(name):
        before, called, number, after = glued.groups()
        letters = [after] if after in inputs else _parts(after, inputs)
        if (number or letters) and (letters or not after) and (not before or before in inputs):
            return [part for part in (before, called, number, *letters) if part]
    return _parts(name, inputs)


def _parts(name: str, inputs: Collection[str]) -> list[str]:
    """The inputs that a run of letters is made of, as few as can be; empty when it is none."""
    words = [*inputs, *CONSTANTS]
    best: list[list[str] | None] = [[]] + [None] * len(name)
    for end in range(1, len(name) + 1):
        for word in words:
            before = best[max(end - len(word), 0)]
            if before is None or not name.endswith(word, 0, end) or len(word) > end:
                continue
            longer = best[end]
            if longer is None or len(before) + 1 < len(longer):
                best[end] = [*before, word]
    parts = best[len(name)] or []
    return parts if 1 < len(parts) <= _LONGEST_DECLARED else []


def loose_parts(name: str, single: Collection[str]) -> list[str]:
    """The parts of a run of inputs; of a short one of letters, if one of them stands alone."""
    if name in single:
        return []
    if known := _parts(name, single):
        return known
    parts = _PIECE.findall(name)
    if "".join(parts) != name or not 1 < len(parts) <= _LONGEST_PRODUCT:
        return []
    if any(part.isdecimal() for part in parts):
        return []
    return parts if any(part in single for part in parts) or _is_product(parts) else []


def _is_product(parts: Sequence[str]) -> bool:
    """Whether nobody names one variable so: xy, x1x2, αx, πx."""
    numbered = all(len(part) > 1 for part in parts)
    scripts = {part.isascii() for part in parts}
    return numbered or {*parts} <= {*_SIDE_BY_SIDE, "e"} or (len(scripts) > 1 and parts[0] != "Δ")
