"""Vectors and matrices as lists, and the numbers in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

from engine.formula.limits import ELEMENTS
from engine.formula.reading.cursor import Cursor
from engine.formula.reading.mistakes import Mistake
from engine.formula.reading.numbers import NoNumber, TooLarge, constant
from engine.formula.reading.tokens import Kind
from engine.formula.tree import Array, Node, names_in

_RANK: Final = 2


def array_of(cursor: Cursor, expression: Callable[[], Node], rank: int = 1) -> Array:
    """The list, or the numbers in round brackets, that opens next; raises `Mistake`."""
    opening = cursor.take()
    if rank > _RANK:
        raise Mistake("mistake.rank", opening.start, opening.end)
    rows: list[Array] = []
    while not cursor.ahead(Kind.CLOSING):
        if cursor.ahead(Kind.OPENING, "[") or (opening.text == "[" and _opens_row(cursor)):
            rows.append(array_of(cursor, expression, rank + 1))
        else:
            rows.append(Array((), (number_ahead(cursor, expression),)))
        if not (cursor.accept(Kind.COMMA) or cursor.accept(Kind.SEMICOLON)):
            break
    cursor.close(opening)
    return stacked(rows, opening.start, cursor.end)


def _opens_row(cursor: Cursor) -> bool:
    """Whether a row in round brackets comes, `[(1, 2), (3, 4)]`: a comma stands in it."""
    return cursor.ahead(Kind.OPENING, "(") and has_comma(cursor)


def has_comma(cursor: Cursor) -> bool:
    """Whether the bracket that opens next holds several things."""
    depth, ahead = 0, 0
    while True:
        token = cursor.peek(ahead)
        depth += (token.kind is Kind.OPENING) - (token.kind is Kind.CLOSING)
        if token.kind is Kind.END or not depth:
            return False
        if depth == 1 and token.kind in (Kind.COMMA, Kind.SEMICOLON):
            return True
        ahead += 1


def stacked(rows: Sequence[Array], start: int, end: int) -> Array:
    """Rows, or numbers, as one array; raises `Mistake` for rows of several lengths."""
    if not rows:
        raise Mistake("mistake.empty_list", start, end)
    if len({row.shape for row in rows}) > 1:
        raise Mistake("mistake.ragged", start, end)
    values = tuple(value for row in rows for value in row.values)
    if len(values) > ELEMENTS:
        raise Mistake("mistake.size", start, end, count=len(values), most=ELEMENTS)
    return Array((len(rows), *rows[0].shape), values)


def number_ahead(cursor: Cursor, expression: Callable[[], Node]) -> Fraction:
    """The number that the expression ahead comes to; raises `Mistake`."""
    start = cursor.peek().start
    node = expression()
    end = cursor.end
    try:
        return constant(node)
    except TooLarge:
        raise Mistake("mistake.number", start, end) from None
    except NoNumber:
        text = cursor.source(start, end)
        key = "mistake.list_of_formulas" if names_in(node) else "mistake.no_number"
        raise Mistake(key, start, end, text=text) from None
