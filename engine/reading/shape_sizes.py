"""Sizes as people write them: in brackets, with x between them, bare, in a factory of torch's."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Final

from engine.axes.alignment import Shape
from engine.reading.shape_cursor import Cursor, Mistake, clipped
from engine.reading.shape_tokens import Kind, Token

AXES: Final = 16
LARGEST: Final = (1 << 63) - 1  # torch counts in 64 bits
DIGITS: Final = 19

FACTORIES: Final = {"empty", "zeros", "ones", "rand", "randn", "full", "randint", "Size"}
BY_NUMBER: Final = {"arange", "eye"}  # their numbers are no sizes one by one
CLOSING: Final = {"(": ")", "[": "]"}


def bracket(cursor: Cursor) -> tuple[Shape, int]:
    """The sizes in the brackets that open here, and how many commas part them."""
    opening = cursor.take()
    sizes: list[int] = []
    commas = 0
    while cursor.peek() is not None:
        token = cursor.take()
        if token.kind is Kind.CLOSING:
            if CLOSING[opening.text] != token.text:
                raise cursor.unbalanced(token)
            return checked(sizes, opening, cursor), commas
        if token.kind is Kind.COMMA:
            commas += 1
        else:
            sizes += _within(token, opening, cursor)
    raise cursor.unbalanced(opening)


def by(cursor: Cursor) -> Shape:
    """The sizes of 5x3x4."""
    token = cursor.take()
    return checked(_between(token), token, cursor)


def bare(cursor: Cursor) -> list[Shape]:
    """Numbers without brackets: one shape, or several where spaces part sizes: 5 3, 3 1."""
    first = cursor.peek()
    assert first is not None
    rows: list[list[int]] = [[]]
    while (token := cursor.peek()) is not None:
        if token.kind is Kind.NUMBER:
            rows[-1].append(_size(cursor.take(), token, cursor))
        elif token.kind is Kind.COMMA and cursor.ahead(Kind.NUMBER, 1):
            cursor.take()
            rows.append([])
        else:
            break
    if all(len(row) == 1 for row in rows):
        rows = [[size for row in rows for size in row]]
    return [checked(row, first, cursor) for row in rows]


def makes_shape(word: Token) -> bool:
    """Whether the word names a function of torch's that is given a shape."""
    last = word.text.rpartition(".")[2]
    return last in FACTORIES or last in BY_NUMBER


def factory(cursor: Cursor) -> Shape:
    """The shape that `torch.zeros(...)` makes; dtype and its like are passed over."""
    word, opening = cursor.take(), cursor.peek()
    if opening is None or opening.kind is not Kind.OPENING:
        raise cursor.unknown(word)
    cursor.take()
    sizes: list[int] = []
    shape: Shape | None = None
    while (token := cursor.peek()) is not None and token.kind is not Kind.CLOSING:
        if token.kind is Kind.OPENING and shape is None:
            shape, _ = bracket(cursor)
        elif token.kind is Kind.COMMA or token.text == "\n":
            cursor.take()
        elif token.kind is Kind.WORD and cursor.ahead(Kind.EQUALS, 1):
            _keyword(cursor)
        elif shape is not None and token.kind in (Kind.NUMBER, Kind.OPERATOR):
            cursor.take()  # what the tensor is filled with
        else:
            sizes += _within(cursor.take(), opening, cursor)
    if token is None:
        raise cursor.unbalanced(opening)
    cursor.take()
    return shape if shape is not None else _made(word, sizes, cursor)


def _made(word: Token, sizes: list[int], cursor: Cursor) -> Shape:
    last = word.text.rpartition(".")[2]
    if last == "eye" and sizes:
        sizes = [sizes[0], sizes[-1]]
    if (last == "arange" and len(sizes) != 1) or last in ("full", "randint"):
        raise cursor.unknown(word)
    return checked(sizes, word, cursor)


def _keyword(cursor: Cursor) -> None:
    """Pass over dtype=torch.float; what follows size= is read as if it stood there alone."""
    name = cursor.take().text
    cursor.take()
    while name != "size" and (token := cursor.peek()) is not None:
        if token.kind in (Kind.COMMA, Kind.CLOSING, Kind.OPENING):
            return
        cursor.take()


def _within(token: Token, opening: Token, cursor: Cursor) -> list[int]:
    """What one token between brackets adds."""
    if token.kind is Kind.NUMBER:
        return [_size(token, opening, cursor)]
    if token.kind is Kind.SIZES and "*" not in token.text:
        return _between(token)
    if token.text == "\n":
        return []
    if token.kind is Kind.OPENING:
        raise cursor.unbalanced(opening)
    text, ahead = cursor.quote(opening), cursor.peek()
    if token.text == "-" and ahead and ahead.kind is Kind.NUMBER:
        raise Mistake("mistake.negative", size=clipped(f"-{ahead.text}"), text=text)
    if token.kind in (Kind.OPERATOR, Kind.SIZES):
        raise Mistake("mistake.expression", text=text)
    if token.text == ":":  # an index, not sizes
        raise Mistake("mistake.code", text=cursor.line(opening))
    raise Mistake("mistake.word", word=clipped(token.text), text=text)


def _between(token: Token) -> list[int]:
    digits = "".join(char if char.isdecimal() else " " for char in token.text).split()
    return [_bounded(each) for each in digits]


def _size(token: Token, around: Token, cursor: Cursor) -> int:
    digits = token.text.replace("_", "")
    if not digits.isdecimal():
        raise Mistake("mistake.fractional", size=clipped(token.text), text=cursor.quote(around))
    return _bounded(digits)


def whole(digits: str) -> int:
    """A number that stood alone, as a size."""
    if not digits.isdecimal():
        raise Mistake("mistake.fractional", size=clipped(digits), text=clipped(digits))
    return _bounded(digits)


def _bounded(digits: str) -> int:
    # Python refuses to convert thousands of digits, so they are counted first.
    if len(digits) > DIGITS or int(digits) > LARGEST:
        raise Mistake("mistake.too_large", size=clipped(digits))
    return int(digits)


def checked(sizes: Sequence[int], start: Token, cursor: Cursor) -> Shape:
    """The sizes as a shape that a tensor could have."""
    if len(sizes) > AXES:
        raise Mistake("mistake.axes", count=len(sizes), most=AXES)
    if prod(max(size, 1) for size in sizes) > LARGEST:  # strides are counted without zeros
        raise Mistake("mistake.elements", text=cursor.quote(start))
    return tuple(sizes)
