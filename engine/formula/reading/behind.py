"""What stands behind an operand: `x[0]`, `x.sum()`, `A.T`."""

from __future__ import annotations

from engine.formula.reading.calls import function
from engine.formula.reading.invocation import with_arguments
from engine.formula.reading.mistakes import Mistake, clipped
from engine.formula.reading.names import METHODS
from engine.formula.reading.reader import Reader
from engine.formula.reading.tokens import Kind
from engine.formula.tree import Index, Node

_LONGEST_POSITION = 4


def indexed(reader: Reader, base: Node) -> Node:
    """The element or row of `base` that the bracket ahead names; raises `Mistake`."""
    cursor = reader.cursor
    opening = cursor.take()
    where = [_position(reader)]
    while cursor.accept(Kind.COMMA):
        where.append(_position(reader))
    cursor.close(opening)
    if isinstance(base, Index):  # A[0][1]
        return Index(base.base, (*base.where, *where))
    return reader.build.made(Index(base, tuple(where)), opening)


def _position(reader: Reader) -> int:
    cursor = reader.cursor
    start = cursor.peek()
    negative = cursor.accept(Kind.SIGN, "-")
    token, after = cursor.peek(), cursor.peek(1)
    whole = token.kind is Kind.NUMBER and token.text.isdecimal()
    if not whole or after.kind not in (Kind.COMMA, Kind.CLOSING):
        raise Mistake("mistake.index_whole", start.start, max(start.end, token.end))
    if len(token.text) > _LONGEST_POSITION:
        raise Mistake("mistake.index", start.start, token.end, text=clipped(token.text))
    return int(cursor.take().text) * (-1 if negative else 1)


def method(reader: Reader, node: Node) -> Node:
    """What the method ahead makes of `node`; raises `Mistake` for one that we do not know."""
    cursor = reader.cursor
    dot, token = cursor.take(), cursor.peek()
    if token.kind is not Kind.NAME:
        raise cursor.unexpected(dot)
    cursor.take()
    opening = cursor.accept(Kind.OPENING, "(")
    if token.text in METHODS:
        if opening:
            cursor.close(opening)
        return reader.build.apply("transpose", node, at=token)
    named = function(token.text)
    if not named:
        raise Mistake("mistake.attribute", dot.start, token.end, name=clipped(token.text))
    if not opening:
        raise Mistake("mistake.function_alone", token.start, token.end, name=token.text)
    return with_arguments(reader, named, token, opening, before=(node,), torchs=True)
