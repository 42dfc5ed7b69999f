"""A function or an equation, parted at its `=`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from engine.formula.reading.inputs import inputs_of
from engine.formula.reading.mistakes import Mistake
from engine.formula.reading.names import is_known
from engine.formula.reading.tokens import Kind, Token, inside

_MOST: Final = 2


@dataclass(frozen=True, slots=True)
class Sides:
    """One part, or the two sides of an equation with the `=` between them."""

    title: str
    head: tuple[Token, ...]  # the names in the brackets of the head
    parts: tuple[tuple[Token, ...], ...]
    sign: Token

    @property
    def joined(self) -> list[Token]:
        """All parts, something between them."""
        first, *rest = self.parts
        comma = Token(Kind.COMMA, ",", self.sign.start, self.sign.end)
        return [*first, *(token for part in rest for token in (comma, *part))]


def sides_of(body: Sequence[Token], given: Collection[str]) -> Sides:
    """The parts of `body` without its head; raises `Mistake` for too many of them.

    Of `y = x^2` the left side is a head, of `x = cos(x)` it is a side. `given` are names that have
    a value, and a title has none.

    >>> from engine.formula.reading.tokens import tokens
    >>> [len(sides_of(tokens(each)[:-1], ()).parts) for each in ("y = x^2", "x = cos(x)")]
    [1, 2]
    """
    parts, signs = _parted(body)
    head = _head(parts, given)
    title = parts[0][0].text if head is not None else "f"
    if head is not None:
        parts, signs = parts[1:], signs[1:]
    if len(parts) > _MOST:
        extra = signs[_MOST - 1]
        raise Mistake("mistake.root_equals", extra.start, extra.end)
    return Sides(title, head or (), parts, signs[0] if signs else body[0])


def _parted(body: Sequence[Token]) -> tuple[tuple[tuple[Token, ...], ...], list[Token]]:
    parts: list[list[Token]] = [[]]
    signs: list[Token] = []
    depth = 0
    for token in body:
        if not depth and (token.kind is Kind.EQUALS or token.text == "=="):
            signs.append(token)
            parts.append([])
            continue
        depth = inside(token, depth)
        parts[-1].append(token)
    for at, part in enumerate(parts):
        if not part:
            sign = signs[min(at, len(signs) - 1)]
            raise Mistake("mistake.root_side", sign.start, sign.end)
    return tuple(map(tuple, parts)), signs


def _head(parts: Sequence[Sequence[Token]], given: Collection[str]) -> tuple[Token, ...] | None:
    """The names that a head declares, none for `y =`; None where the first part is no head."""
    left, rest = parts[0], [token for part in parts[1:] for token in part]
    title = left[0]
    if len(parts) == 1 or title.kind is not Kind.NAME or title.text in given:
        return None
    if is_known(title.text):
        return None
    if len(left) == 1:
        inputs = inputs_of(rest, given)
        alone = title.text == "x" or title.text in inputs_of(rest, [title.text]) or not inputs
        return None if alone else ()
    within, brackets = left[2:-1], left[1].text + left[-1].text
    names = tuple(token for token in within if token.kind is Kind.NAME)
    plain = all(token.kind in (Kind.NAME, Kind.COMMA, Kind.SEMICOLON) for token in within)
    if brackets != "()" or not plain or title.text in [token.text for token in names]:
        return None
    return names or None
