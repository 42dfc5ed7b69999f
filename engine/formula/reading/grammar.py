"""The grammar of formulas: tokens -> tree, by precedence climbing.

Every nesting is counted before it is entered, so that no text exhausts the stack. Signs bind as
in mathematics: -x² is -(x²), powers group from the right, and side by side is as strong as *.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Final

from engine.formula.limits import DIGITS, EXPONENT
from engine.formula.reading.arrays import array_of
from engine.formula.reading.behind import indexed, method
from engine.formula.reading.building import Builder
from engine.formula.reading.calls import function
from engine.formula.reading.cursor import Cursor
from engine.formula.reading.invocation import called
from engine.formula.reading.mistakes import Mistake
from engine.formula.reading.names import CONSTANTS, WRAPPERS, plain_name, unknown
from engine.formula.reading.spelled import PLAIN_SUPERSCRIPTS
from engine.formula.reading.tokens import Kind, Token, tokens
from engine.formula.tree import Apply, Constant, Name, Node, Number
from engine.records import Note

SUM, PRODUCT, POWER = 10, 20, 30
_SIGNS: Final = {
    "+": (SUM, "add"),
    "-": (SUM, "sub"),
    "*": (PRODUCT, "mul"),
    "/": (PRODUCT, "div"),
    "@": (PRODUCT, "matmul"),
}
_NEEDS_OPERAND: Final = (Kind.SIGN, Kind.COMMA, Kind.RAISED, Kind.DOT)


class Grammar:
    """Reads expressions from a cursor; `inputs` are the names that they may hold.

    >>> name = Token(Kind.NAME, "x", 1, 2)
    >>> two, end = Token(Kind.NUMBER, "2", 0, 1), Token(Kind.END, "", 2, 2)
    >>> Grammar(Cursor("2x", [two, name, end]), {"x"}, []).whole()
    Apply(op='mul', args=(Number(value=Fraction(2, 1)), Name(name='x')), dim=None)
    """

    def __init__(
        self,
        cursor: Cursor,
        inputs: Collection[str],
        notes: list[Note],
        builder: Builder | None = None,
    ) -> None:
        self.cursor = cursor
        self.inputs = inputs
        self.build = builder or Builder()
        self._notes = notes
        self._bars = 0  # open since the last bracket

    def whole(self) -> Node:
        """Everything up to the end; raises `Mistake`."""
        node = self.expression()
        if not self.cursor.ahead(Kind.END):
            raise self.cursor.unexpected(self.cursor.peek())
        return node

    def expression(self, least: int = 0) -> Node:
        """An expression whose signs bind at least so tightly; raises `Mistake`."""
        cursor = self.cursor
        start = cursor.peek()
        self.build.enter(start)
        left = self._operand(least)
        divided = False
        while (level := self._level(cursor.peek())) is not None and level >= least:
            token, end = cursor.peek(), cursor.end
            if divided and level == PRODUCT and token.kind is not Kind.SIGN:
                self._note_division(start.start, end, token)
            left = self._continued(left, token, start)
            divided = token.text == "/"
        self.build.leave()
        return left

    def element(self) -> Node:
        """An element of a list, which does not count as a node of the formula."""
        return self.build.uncounted(self.expression)

    def bracketed(self, opening: Token) -> Node:
        """The expression up to the bracket that closes `opening`; raises `Mistake`."""
        with self.inside_brackets():
            node = self.expression()
        self.cursor.close(opening)
        return node

    @contextmanager
    def inside_brackets(self) -> Iterator[None]:
        """A bar that was opened outside is not closed within."""
        bars, self._bars = self._bars, 0
        yield
        self._bars = bars

    def begins_operand(self, token: Token) -> bool:
        """Whether an argument without brackets begins here."""
        bar = token.kind is Kind.BAR and not self._bars
        minus = token.kind is Kind.SIGN and token.text == "-"
        return bar or minus or token.kind in (Kind.NUMBER, Kind.NAME, Kind.ROOT)

    def superscript(self, token: Token) -> Node:
        """The exponent that superscripts spell: `⁻¹`, `ˣ`."""
        plain = token.text.translate(PLAIN_SUPERSCRIPTS)
        inner = [Token(each.kind, each.text, token.start, token.end) for each in tokens(plain)]
        return Grammar(Cursor("", inner), self.inputs, self._notes, self.build).whole()

    def remark(self, key: str, **values: str) -> None:
        """Add a note on how something was read, once."""
        if (note := Note(key, values)) not in self._notes:
            self._notes.append(note)

    # What stands between operands, or behind one.

    def _level(self, token: Token) -> int | None:
        match token.kind:
            case Kind.SIGN:
                return POWER if token.text == "^" else _SIGNS[token.text][0]
            case Kind.RAISED:
                return POWER
            case Kind.NAME | Kind.ROOT | Kind.OPENING:
                return PRODUCT
            case Kind.BAR if not self._bars:
                return PRODUCT
        return None

    def _continued(self, left: Node, token: Token, start: Token) -> Node:
        cursor = self.cursor
        if token.kind not in (Kind.SIGN, Kind.RAISED):
            return self.build.apply("mul", left, self.expression(PRODUCT + 1), at=token)
        cursor.take()
        if token.kind is Kind.RAISED:
            if token.text == "ᵀ":
                return self.build.apply("transpose", left, at=token)
            return self.build.power(left, self.superscript(token), start, token.end)
        if token.text == "^":
            return self._powered(left, start)
        level, op = _SIGNS[token.text]
        return self.build.apply(op, left, self.expression(level + 1), at=token)

    def _powered(self, base: Node, start: Token) -> Node:
        cursor = self.cursor
        first = cursor.peek()
        if first.text == "T" and "T" not in self.inputs:
            return self.build.apply("transpose", base, at=cursor.take())
        exponent = self.expression(POWER)
        end, after = cursor.end, cursor.peek()
        short = first.kind is Kind.NUMBER or first.text in self.inputs
        joined = short and after.text in self.inputs and not after.spaced
        if joined and isinstance(base, (Number, Constant)):  # e^2x
            text = cursor.source(start.start, after.end)
            read = f"{cursor.source(start.start, end)}·{after.text}"
            self.remark("note.exponent", text=text, read=read)
        return self.build.power(base, exponent, start, end)

    def _note_division(self, start: int, end: int, token: Token) -> None:
        """`1/2x`: half of the people read 1/(2x)."""
        cursor = self.cursor
        if token.spaced or (token.kind is Kind.NAME and token.text not in self.inputs):
            return
        left = cursor.source(start, end)
        factor = token.text + ("…)" if token.kind is Kind.OPENING else "")
        self.remark("note.division", text=f"{left}{factor}", read=f"({left})·{factor}")

    # Operands.

    def _operand(self, least: int) -> Node:
        cursor = self.cursor
        if cursor.ahead(Kind.SIGN, "-") or cursor.ahead(Kind.SIGN, "+"):
            sign = cursor.take()
            inner = self.expression(PRODUCT if least <= SUM + 1 else POWER)
            return self.build.apply("neg", inner, at=sign) if sign.text == "-" else inner
        node = self._primary()
        while True:
            has_elements = not isinstance(node, (Number, Constant))
            if has_elements and cursor.ahead(Kind.OPENING, "["):
                node = indexed(self, node)
            elif cursor.ahead(Kind.DOT):
                node = method(self, node)
            else:
                return node

    def _primary(self) -> Node:
        cursor = self.cursor
        token = cursor.peek()
        match token.kind:
            case Kind.NUMBER:
                return self.build.made(Number(number_of(cursor.take())), token)
            case Kind.NAME:
                return self._named(cursor.take())
            case Kind.OPENING if token.text == "(":
                return self.bracketed(cursor.take())
            case Kind.OPENING:
                return self.build.made(array_of(cursor, self.element), token)
            case Kind.BAR:
                return self._between_bars(cursor.take())
            case Kind.ROOT:
                cursor.take()
                return self.build.apply("sqrt", self.expression(POWER), at=token)
        if token.kind in _NEEDS_OPERAND or token.text == ")":
            raise Mistake("mistake.no_operand", token.start, token.end, text=token.text)
        if token.kind is Kind.PRIME:  # a string
            raise Mistake("mistake.program", token.start, token.end)
        raise cursor.unexpected(token)

    def _between_bars(self, opening: Token) -> Node:
        """|x|, and ||x|| or ‖x‖, which is the norm."""
        cursor = self.cursor
        doubled = cursor.ahead(Kind.BAR) and cursor.peek().start == opening.end
        bars, self._bars = self._bars, self._bars + 1
        node = self.expression()
        end, closing = cursor.end, cursor.peek()
        if not cursor.accept(Kind.BAR, opening.text):
            if closing.kind not in (Kind.END, Kind.CLOSING):
                raise cursor.unexpected(closing)
            values = {"bracket": opening.text, "wanted": opening.text}
            raise Mistake("mistake.unclosed", opening.start, opening.end, **values)
        self._bars = bars
        match node:
            case Apply("abs", (inner,)) if doubled and end == closing.start:
                return self.build.apply("norm", inner, at=opening)
        return self.build.apply("norm" if opening.text == "‖" else "abs", node, at=opening)

    def _named(self, token: Token) -> Node:
        cursor = self.cursor
        if token.text in self.inputs:
            return self.build.made(Name(token.text), token)
        name = plain_name(cursor, token)
        if name.text in CONSTANTS:
            return self.build.made(Constant(CONSTANTS[name.text]), name)
        if name.text in WRAPPERS and (opening := cursor.accept(Kind.OPENING, "(")):
            return self.bracketed(opening)
        if named := function(name.text):
            return called(self, named, name, torchs=name is not token)
        raise unknown(name, self.inputs)


def number_of(token: Token) -> Fraction:
    """The number that a token spells; raises `Mistake` for one too long or too large."""
    digits, _, exponent = token.text.lower().partition("e")
    if len(digits.replace(".", "")) > DIGITS:
        raise Mistake("mistake.digits", token.start, token.end, most=DIGITS)
    if len(exponent) > DIGITS or abs(int(exponent or 0)) > EXPONENT:
        raise Mistake("mistake.ten", token.start, token.end, most=EXPONENT)
    return Fraction(token.text)
