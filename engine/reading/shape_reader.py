"""Tokens of a question about shapes -> its operands and operators, in order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from keyword import iskeyword
from typing import Final

from engine.axes.alignment import Shape
from engine.reading import shape_sizes
from engine.reading.shape_cursor import Cursor, Mistake, clipped
from engine.reading.shape_sizes import CLOSING, makes_shape
from engine.reading.shape_tokens import Kind, Token

FILLERS: Final = {
    "и",
    "and",
    "с",
    "со",
    "with",
    "vs",
    "на",
    "к",
    "to",
    "или",
    "or",
    "shape",
    "size",
    "shapes",
}
GROUPS: Final = {"broadcast_shapes", "broadcast_tensors"}  # functions that only hold shapes
DATA: Final = {"tensor", "as_tensor", "array"}  # what they are given are numbers, not sizes
FUNCTIONS: Final = {
    "matmul": "@",  # mm, bmm, mv and dot take other ranks than @
    **dict(zip(("add", "sub", "mul", "div", "pow"), ("+", "-", "*", "/", "**"), strict=True)),
    **dict(zip(("add_", "sub_", "mul_", "div_"), ("+=", "-=", "*=", "/="), strict=True)),
}


@dataclass(frozen=True, slots=True)
class Found:
    """An operand, named or not; or, where `operator` is not empty, what stands between two.

    `given`: its name was given here, it is not only spoken of; `headed`: it only stands before
    the shape. `digits`: a number that stood without brackets. `bare`: a number in round brackets,
    which for Python are none. Its sizes stand from `start` to `end`, where they stand alone.
    """

    shape: Shape = ()
    name: str = ""
    operator: str = ""
    given: bool = False
    headed: bool = False
    digits: str = ""
    bare: bool = False
    start: int | None = None
    end: int | None = None


class Reader:
    """Reads a text from left to right.

    >>> [found.shape for found in Reader("x=(5,3) torch.zeros(3)").read()]
    [(5, 3), (3,)]
    """

    def __init__(self, text: str) -> None:
        self._cursor = Cursor(text)
        self._groups: list[tuple[Token, str]] = []  # open, and what a comma within stands for
        self._known: dict[str, Shape] = {}
        self._found: list[Found] = []

    def read(self) -> list[Found]:
        """Everything that the text says, in order; raises `Mistake`."""
        while (token := self._cursor.peek()) is not None:
            self._step(token)
        if self._groups:
            raise self._cursor.unbalanced(self._groups[-1][0])
        return self._found

    def _step(self, token: Token) -> None:
        cursor = self._cursor
        match token.kind:
            case Kind.WORD if makes_shape(token):
                self._found.append(Found(shape_sizes.factory(cursor)))
            case Kind.WORD:
                self._word(cursor.take())
            case Kind.OPENING if self._groups_shapes():
                self._groups.append((cursor.take(), ""))
            case Kind.OPENING | Kind.NUMBER | Kind.SIZES:
                self._found += self._shapes(token)
            case Kind.CLOSING:
                self._close(cursor.take())
            case Kind.OPERATOR:
                self._found.append(Found(operator=cursor.take().text))
            case Kind.COMMA:
                cursor.take()
                if self._groups and self._groups[-1][1]:
                    self._found.append(Found(operator=self._groups[-1][1]))
            case Kind.BREAK | Kind.EQUALS:
                self._pass(cursor.take())
            case Kind.OTHER:
                self._other(cursor.take())

    def _word(self, word: Token) -> None:
        cursor = self._cursor
        name, _, last = word.text.rpartition(".")
        if last not in ("shape", "size") or not name:
            name = word.text
        elif cursor.ahead(Kind.OPENING):  # x.size()
            shape_sizes.bracket(cursor)
        if self._defines(name, word):
            heading = cursor.take().text == ":" and cursor.ahead(Kind.EQUALS, 1)
            if not heading:  # "loss: x=(4,1)"
                self._define(name)
        elif name in self._known:
            self._found.append(Found(self._known[name], name))
        elif last in FUNCTIONS and cursor.ahead(Kind.OPENING):
            self._call(word, FUNCTIONS[last])
        elif last in FILLERS or last in GROUPS or self._stands_between(word):
            return
        elif self._heads(name):
            self._define(name, headed=True)
        elif word.text.partition(".")[0] in self._known:  # y.T
            raise Mistake("mistake.code", text=cursor.line(word))
        else:
            raise cursor.unknown(word)

    def _heads(self, name: str) -> bool:
        """Whether a shape follows that is the name's: x (2, 3)."""
        cursor = self._cursor
        shapes = cursor.ahead(Kind.OPENING) and not cursor.ahead(Kind.WORD, 1)
        return shapes and "." not in name and name not in DATA

    def _defines(self, name: str, word: Token) -> bool:
        """Whether a sign follows that gives the name its shape; of a dash, where it is no minus."""
        sign = self._cursor.peek()
        if sign is None:
            return False
        dash = self._cursor.sent(sign) in "—–" and name not in self._known
        same = name != word.text and sign.text == "=="
        return sign.kind is Kind.EQUALS or dash or same

    def _define(self, name: str, *, headed: bool = False) -> None:
        """Read the shape of a name; what is no shape is a formula, and its name is let go."""
        cursor = self._cursor
        token = cursor.peek()
        if token is None or (token.kind is Kind.WORD and cursor.ahead(Kind.EQUALS, 1)):
            raise Mistake("mistake.no_shape", name=clipped(name))
        if token.kind is Kind.WORD and makes_shape(token):
            first, *others = [Found(shape_sizes.factory(cursor))]
        elif token.kind in (Kind.NUMBER, Kind.SIZES) or (
            token.kind is Kind.OPENING and not self._groups_shapes()
        ):
            first, *others = self._shapes(token)
        else:
            return
        if first.digits:
            shape = (shape_sizes.whole(first.digits),)
            first = Found(shape, bare=True, start=token.start, end=cursor.end)
        parts = name.split(".")
        if any(map(iskeyword, parts)) and name not in FILLERS:
            raise Mistake("mistake.keyword", name=clipped(name))
        if not all(part.isidentifier() for part in parts):
            raise Mistake("mistake.name", name=clipped(name))
        if name.lower() not in FILLERS:  # "shapes: (2,3), (3,)"
            self._known[name] = first.shape
            first = replace(first, name=name, given=True, headed=headed)
        self._found += [first, *others]

    def _call(self, word: Token, operator: str) -> None:
        """`torch.add(x, y)` and `x.add(y)`: the bracket holds operands."""
        owner = word.text.rpartition(".")[0]
        if owner in self._known:
            self._found += [Found(self._known[owner], owner), Found(operator=operator)]
            operator = ""
        elif owner != "torch":
            raise self._cursor.unknown(word)
        self._groups.append((self._cursor.take(), operator))

    def _stands_between(self, word: Token) -> bool:
        """The x of (2,3)x(3,4)."""
        touches = self._cursor.touches(word, self._cursor.peek(), brackets=")]")
        return touches and self._cursor.ahead(Kind.OPENING)

    def _groups_shapes(self) -> bool:
        """Whether the bracket ahead holds shapes or a formula rather than sizes."""
        token = self._cursor.peek(1)
        if token is None or token.kind is Kind.OPENING:
            return token is not None
        if token.kind is not Kind.WORD:
            return False
        known = token.text in self._known or token.text.rpartition(".")[2] in FUNCTIONS
        return known or makes_shape(token) or self._cursor.ahead(Kind.EQUALS, 2)

    def _shapes(self, token: Token) -> list[Found]:
        cursor = self._cursor
        if token.kind is Kind.OPENING:
            shape, commas = shape_sizes.bracket(cursor)
            bare = token.text == "(" and len(shape) == 1 and not commas
            return [Found(shape, bare=bare, start=token.start, end=cursor.end)]
        if token.kind is Kind.SIZES:
            return [Found(shape_sizes.by(cursor), start=token.start, end=cursor.end)]
        if not token.text.replace("_", "").isdecimal():  # 0.5: no size, but a number
            return [Found(digits=cursor.take().text)]
        shapes = shape_sizes.bare(cursor)
        if len(shapes) == len(shapes[0]) == 1:
            return [Found(digits=str(shapes[0][0]))]
        return [Found(shape) for shape in shapes]

    def _close(self, closing: Token) -> None:
        if not self._groups or CLOSING[self._groups.pop()[0].text] != closing.text:
            raise self._cursor.unbalanced(closing)

    def _pass(self, token: Token) -> None:
        """What stands behind an arrow or a stray = is somebody's own answer."""
        if token.text in (";", "\n"):
            return
        while (ahead := self._cursor.peek()) is not None and ahead.text not in (";", "\n"):
            self._cursor.take()

    def _other(self, token: Token) -> None:
        """A full stop ends a sentence; everything else we do not know."""
        ahead = self._cursor.peek()
        method = self._cursor.touches(token, ahead) and ahead and ahead.text not in ("shape", "\n")
        if token.text != "." or method:
            raise self._cursor.unknown(token)
