"""The point of a request: values by name or by position."""

from __future__ import annotations

from collections.abc import Sequence

from engine.formula.arrays import array_of, stacked, value_of
from engine.formula.cursor import Cursor
from engine.formula.grammar import Grammar
from engine.formula.limits import ALL_ELEMENTS
from engine.formula.mistakes import Mistake, clipped
from engine.formula.tokens import Kind, Token
from engine.formula.tree import Array

_BETWEEN = (Kind.COMMA, Kind.SEMICOLON, Kind.BREAK)


def names_at(tokens: Sequence[Token]) -> list[str]:
    """The names to which a point gives values, in order."""
    pairs = zip(tokens, tokens[1:], strict=False)
    return [
        name.text for name, sign in pairs if name.kind is Kind.NAME and sign.kind is Kind.EQUALS
    ]


class PointReader:
    """Reads `x=2, y=3`, `x=y=2`, `(2, 3)` or `f(2, 3)`."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._values: dict[str, tuple[Token, Array]] = {}
        self.places: list[tuple[Token, Array]] = []  # by position

    def read(self) -> dict[str, tuple[Token, Array]]:
        """Each name with its token and value; raises `Mistake`."""
        cursor = self._cursor
        while cursor.peek().kind is not Kind.END:
            if cursor.peek().kind in _BETWEEN:
                cursor.take()
            elif cursor.ahead(Kind.NAME) and cursor.ahead(Kind.EQUALS, ahead=1):
                self._named()
            else:
                self._placed()
        self._check_size()
        return self._values

    def _named(self) -> None:
        cursor = self._cursor
        names = []
        while cursor.ahead(Kind.NAME) and cursor.ahead(Kind.EQUALS, ahead=1):
            names.append(cursor.take())
            cursor.take()
        value = self._value(names[-1])
        for name in names:
            if name.text in self._values and self._values[name.text][1] != value:
                raise Mistake("mistake.two_values", name.start, name.end, name=clipped(name.text))
            self._values[name.text] = (name, value)

    def _placed(self) -> None:
        cursor = self._cursor
        if cursor.ahead(Kind.NAME) and cursor.ahead(Kind.OPENING, "(", ahead=1):
            cursor.take()  # f(2, 2), M(2, 2)
        start = cursor.peek()
        if not cursor.ahead(Kind.OPENING, "("):
            self.places.append((start, self._value(start)))
            return
        opening = cursor.take()
        while not cursor.ahead(Kind.CLOSING):
            start = cursor.peek()
            if cursor.ahead(Kind.NAME) and cursor.ahead(Kind.EQUALS, ahead=1):
                self._named()
            else:
                self.places.append((start, self._value(start)))
            if not (cursor.accept(Kind.COMMA) or cursor.accept(Kind.SEMICOLON)):
                break
        cursor.close(opening)

    def _value(self, name: Token) -> Array:
        cursor = self._cursor
        start = cursor.peek()
        if start.kind in (Kind.END, Kind.COMMA, Kind.BREAK, Kind.SEMICOLON):
            raise Mistake("mistake.no_value", name.start, name.end, name=clipped(name.text))
        wrapped = None
        while cursor.ahead(Kind.NAME) and cursor.peek(1).kind in (Kind.DOT, Kind.OPENING):
            if cursor.peek().text not in ("torch", "np", "numpy", "tensor", "array", "Tensor"):
                break
            cursor.take()
            wrapped = cursor.take()
        value = self._plain(cursor.peek())
        if wrapped and wrapped.text == "(":
            cursor.close(wrapped)
        return value

    def _plain(self, start: Token) -> Array:
        cursor = self._cursor
        expression = Grammar(cursor, (), []).expression
        if cursor.ahead(Kind.OPENING, "["):
            return array_of(cursor, expression)
        if cursor.ahead(Kind.OPENING, "(") and (rows := self._tuple(expression)):
            return stacked(rows, start, cursor.end)
        return Array((), (value_of(expression(), start, cursor),))

    def _tuple(self, expression) -> list[Array]:  # type: ignore[no-untyped-def]
        """The numbers of `(1, 2, 3)`; none where it is but an expression in brackets."""
        cursor = self._cursor
        depth, ahead = 0, 0
        while True:
            token = cursor.peek(ahead)
            depth += (token.kind is Kind.OPENING) - (token.kind is Kind.CLOSING)
            if token.kind is Kind.END or not depth:
                return []
            if depth == 1 and token.kind in (Kind.COMMA, Kind.SEMICOLON):
                break
            ahead += 1
        opening = cursor.take()
        rows = []
        while not cursor.ahead(Kind.CLOSING):
            start = cursor.peek()
            if cursor.ahead(Kind.OPENING, "["):
                rows.append(array_of(cursor, expression, 2))
            else:
                rows.append(Array((), (value_of(expression(), start, cursor),)))
            if not (cursor.accept(Kind.COMMA) or cursor.accept(Kind.SEMICOLON)):
                break
        cursor.close(opening)
        return rows

    def _check_size(self) -> None:
        arrays = [value for _, value in [*self._values.values(), *self.places]]
        count = sum(len(array.values) for array in arrays)
        if count > ALL_ELEMENTS:
            token = self._cursor.peek()
            values = {"count": count, "most": ALL_ELEMENTS}
            raise Mistake("mistake.sizes", token.start, token.end, **values)
