"""Vectors and matrices as lists, and numbers as values."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from engine.formula.cursor import Cursor
from engine.formula.limits import ELEMENTS
from engine.formula.mistakes import Mistake
from engine.formula.numbers import NoNumber, TooLarge, constant
from engine.formula.tokens import Kind, Token
from engine.formula.tree import Array, Node

RANK = 2


def array_of(cursor: Cursor, expression: Callable[[], Node], rank: int = 1) -> Array:
    """The list that opens next, of numbers or of rows; raises `Mistake`."""
    opening = cursor.take()
    rows: list[Array] = []
    if rank > RANK:
        raise Mistake("mistake.rank", opening.start, opening.end)
    while not cursor.ahead(Kind.CLOSING):
        start = cursor.peek()
        if cursor.ahead(Kind.OPENING, "["):
            rows.append(array_of(cursor, expression, rank + 1))
        else:
            rows.append(Array((), (value_of(expression(), start, cursor),)))
        if not (cursor.accept(Kind.COMMA) or cursor.accept(Kind.SEMICOLON)):
            break
    cursor.close(opening)
    return stacked(rows, opening, cursor.end)


def stacked(rows: list[Array], opening: Token, end: int) -> Array:
    """Rows, or numbers, as one array; raises `Mistake` for rows of several lengths."""
    start = opening.start
    if not rows:
        raise Mistake("mistake.empty_list", start, end)
    if len({row.shape for row in rows}) > 1:
        raise Mistake("mistake.ragged", start, end)
    values = tuple(value for row in rows for value in row.values)
    if len(values) > ELEMENTS:
        raise Mistake("mistake.size", start, end, count=len(values), most=ELEMENTS)
    return Array((len(rows), *rows[0].shape), values)


def value_of(node: Node, start: Token, cursor: Cursor) -> Fraction:
    """The number that a node without inputs comes to; raises `Mistake`."""
    end = cursor.end
    try:
        return constant(node)
    except TooLarge:
        raise Mistake("mistake.number", start.start, end) from None
    except NoNumber:
        text = cursor.source(start.start, end)
        raise Mistake("mistake.no_number", start.start, end, text=text) from None
