"""The grammar of formulas: tokens -> tree, by precedence climbing.

Every nesting is counted before it is entered, so that no text exhausts the stack.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Final

from engine.formula.arrays import array_of
from engine.formula.calls import INVERTIBLE, Function, Unfit, applied, function
from engine.formula.cursor import Cursor
from engine.formula.limits import DEPTH, DIGITS, EXPONENT, NODES
from engine.formula.mistakes import Mistake, clipped
from engine.formula.names import CONSTANTS, unknown
from engine.formula.numbers import NoNumber, TooLarge, constant, is_constant
from engine.formula.spelled import PLAIN_SUPERSCRIPTS
from engine.formula.tokens import Kind, Token, tokens
from engine.formula.tree import Apply, Array, Compare, Constant, Index, Name, Node, Number, walk
from engine.records import Note

_SUM, _PRODUCT, _POWER = 10, 20, 30
_SIGNS: Final = {
    "+": (_SUM, "add"),
    "-": (_SUM, "sub"),
    "*": (_PRODUCT, "mul"),
    "/": (_PRODUCT, "div"),
    "@": (_PRODUCT, "matmul"),
}
_METHODS_WITHOUT_BRACKETS: Final = {"T", "mT", "t"}


class Grammar:
    """Reads one expression from a cursor; `inputs` are the names it may hold."""

    def __init__(self, cursor: Cursor, inputs: Collection[str], notes: list[Note]) -> None:
        self._cursor = cursor
        self._inputs = inputs
        self._notes = notes
        self._depth = 0
        self._nodes = 0
        self._bars = 0  # open, since the last bracket

    def whole(self) -> Node:
        """Everything up to the end; raises `Mistake`."""
        node = self.expression()
        if (token := self._cursor.peek()).kind is not Kind.END:
            raise self._cursor.unexpected(token)
        return node

    def expression(self, least: int = 0) -> Node:
        """An expression whose signs bind at least so tightly; raises `Mistake`."""
        cursor = self._cursor
        start = cursor.peek()
        self._enter(start)
        left = self._operand(least)
        slash: int | None = None  # where the divisor of a division ends that was just read
        while (level := self._level(cursor.peek())) is not None and level >= least:
            token = cursor.peek()
            if slash is not None and token.kind not in (Kind.SIGN, Kind.RAISED):
                self._note_division(start, slash, token)
            left = self._continued(left, token, start)
            slash = cursor.end if token.text == "/" else None
        self._depth -= 1
        return left

    def _enter(self, token: Token) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            raise Mistake("mistake.deep", token.start, token.end, most=DEPTH)

    def _made(self, node: Node) -> Node:
        self._nodes += 1
        if self._nodes > NODES:
            token = self._cursor.peek()
            raise Mistake("mistake.nodes", token.start, token.end, most=NODES)
        return node

    def _apply(self, op: str, *args: Node) -> Node:
        return self._made(Apply(op, args))

    # What stands between or behind operands.

    def _level(self, token: Token) -> int | None:
        match token.kind:
            case Kind.SIGN:
                return _POWER if token.text == "^" else _SIGNS[token.text][0]
            case Kind.RAISED:
                return _POWER
            case Kind.NAME | Kind.ROOT:
                return _PRODUCT
            case Kind.OPENING:
                return _PRODUCT
            case Kind.BAR if not self._bars:
                return _PRODUCT
        return None

    def _continued(self, left: Node, token: Token, start: Token) -> Node:
        cursor = self._cursor
        if token.kind is Kind.RAISED:
            return self._raised(left, cursor.take())
        if token.kind is not Kind.SIGN:  # an implicit product
            return self._apply("mul", left, self.expression(_PRODUCT + 1))
        cursor.take()
        if token.text == "^":
            return self._powered(left, start)
        level, op = _SIGNS[token.text]
        return self._apply(op, left, self.expression(level + 1))

    def _note_division(self, start: Token, slash: int, token: Token) -> None:
        """`1/2x` is (1/2)·x to Python and half of the people."""
        if token.spaced:
            return
        cursor = self._cursor
        left = cursor.source(start.start, slash)
        right = cursor.source(token.start, token.end)
        values = {"text": f"{left}{right}", "read": f"({left})·{right}"}
        if token.kind is Kind.NAME and function(token.text) is None:
            self._notes.append(Note("note.division", values))

    def _powered(self, base: Node, start: Token) -> Node:
        cursor = self._cursor
        first = cursor.peek()
        if first.kind is Kind.NAME and first.text == "T" and "T" not in self._inputs:
            cursor.take()
            return self._apply("transpose", base)
        exponent = self.expression(_POWER)
        after = cursor.peek()
        if first.kind is Kind.NUMBER and is_constant(base) and after.kind is Kind.NAME:
            if not after.spaced and after.text in self._inputs:  # e^2x
                text = cursor.source(start.start, after.end)
                power = cursor.source(start.start, first.end)
                values = {"text": text, "read": f"{power}·{after.text}"}
                self._notes.append(Note("note.exponent", values))
        return self._power(base, exponent, first.start, cursor.end)

    def _power(self, base: Node, exponent: Node, start: int, end: int) -> Node:
        if is_constant(exponent) and not isinstance(exponent, Array):
            exponent = self._constant_exponent(exponent, start, end)
        if isinstance(base, Constant) and base.name == "e":
            return self._apply("exp", exponent)
        node = self._apply("pow", base, exponent)
        if is_constant(node) and isinstance(base, Number):
            self._check_size(node, start, end)
        return node

    def _constant_exponent(self, exponent: Node, start: int, end: int) -> Node:
        """The exponent, a rational one as one number; raises `Mistake` for one too large."""
        try:
            value = constant(exponent)
        except TooLarge:
            raise Mistake("mistake.exponent", start, end, most=EXPONENT) from None
        except NoNumber:
            return exponent
        if abs(value) > EXPONENT:
            raise Mistake("mistake.exponent", start, end, most=EXPONENT)
        rational = all(isinstance(each, Number) for each in _leaves(exponent))
        return Number(value) if rational and value.denominator < 10**DIGITS else exponent

    def _check_size(self, node: Node, start: int, end: int) -> None:
        try:
            constant(node)
        except TooLarge:
            raise Mistake("mistake.exponent", start, end, most=EXPONENT) from None
        except NoNumber:
            pass

    def _raised(self, base: Node, token: Token) -> Node:
        plain = token.text.translate(PLAIN_SUPERSCRIPTS)
        if plain == "T":
            return self._apply("transpose", base)
        exponent = self._superscript(plain, token)
        return self._power(base, exponent, token.start, token.end)

    def _superscript(self, plain: str, token: Token) -> Node:
        """The exponent that superscripts spell, `⁻¹` or `ˣ`."""
        if plain.lstrip("+-").isdecimal() and len(plain.lstrip("+-")) >= len(plain) - 1:
            digits = plain.lstrip("+-")
            if len(digits) > DIGITS:
                raise Mistake("mistake.digits", token.start, token.end, most=DIGITS)
            return self._made(Number(Fraction(int(plain))))
        inner = [Token(each.kind, each.text, token.start, token.end) for each in tokens(plain)]
        reader = Grammar(Cursor(self._cursor.text, inner), self._inputs, self._notes)
        reader._depth = self._depth
        return self._made(reader.whole())

    # Operands.

    def _operand(self, least: int) -> Node:
        cursor = self._cursor
        if cursor.ahead(Kind.SIGN, "-") or cursor.ahead(Kind.SIGN, "+"):
            sign = cursor.take()
            inner = self.expression(_PRODUCT if least <= _SUM + 1 else _POWER)
            return self._negative(inner) if sign.text == "-" else inner
        node = self._primary()
        while True:
            if cursor.ahead(Kind.OPENING, "[") and not isinstance(node, (Number, Constant, Array)):
                node = self._indexed(node)
            elif cursor.ahead(Kind.DOT):
                node = self._method(node)
            else:
                return node

    def _negative(self, node: Node) -> Node:
        if isinstance(node, Number):
            return Number(-node.value)
        return self._apply("neg", node)

    def _primary(self) -> Node:
        cursor = self._cursor
        token = cursor.peek()
        match token.kind:
            case Kind.NUMBER:
                return self._number(cursor.take())
            case Kind.NAME:
                return self._named(cursor.take())
            case Kind.OPENING if token.text == "(":
                return self._bracket(cursor.take())
            case Kind.OPENING:
                return self._made(array_of(cursor, self.expression))
            case Kind.BAR:
                return self._absolute(cursor.take())
            case Kind.ROOT:
                cursor.take()
                return self._apply("sqrt", self.expression(_POWER))
        if token.kind in (Kind.SIGN, Kind.COMMA, Kind.RAISED, Kind.COLON, Kind.DOT, Kind.PRIME):
            raise Mistake("mistake.no_operand", token.start, token.end, text=token.text)
        raise cursor.unexpected(token)

    def _number(self, token: Token) -> Node:
        return self._made(Number(number_of(token)))

    def _bracket(self, opening: Token) -> Node:
        bars, self._bars = self._bars, 0
        node = self.expression()
        self._cursor.close(opening)
        self._bars = bars
        return node

    def _absolute(self, opening: Token) -> Node:
        cursor = self._cursor
        bars, self._bars = self._bars, self._bars + 1
        doubled = cursor.ahead(Kind.BAR) and cursor.peek().start == opening.end
        node = self.expression()
        closing = cursor.peek()
        if closing.kind is not Kind.BAR:
            if closing.kind is Kind.END:
                values = {"bracket": "|", "wanted": "|"}
                raise Mistake("mistake.unclosed", opening.start, opening.end, **values)
            raise cursor.unexpected(closing)
        norm = doubled and isinstance(node, Apply) and node.op == "abs"
        norm = norm and cursor.end == closing.start
        cursor.take()
        self._bars = bars
        if norm and isinstance(node, Apply):  # ‖x‖
            return self._apply("norm", *node.args)
        return self._apply("abs", node)

    def _named(self, token: Token) -> Node:
        cursor = self._cursor
        name = token.text
        if name in self._inputs:
            return self._made(Name(name))
        while name.split(".")[-1] in ("torch", "np", "numpy", "math", "F", "nn", "functional"):
            if not (cursor.ahead(Kind.DOT) and cursor.ahead(Kind.NAME, ahead=1)):
                break
            cursor.take()
            last = cursor.take()
            token = Token(Kind.NAME, last.text, token.start, last.end)
            name = last.text
        if name in CONSTANTS and not (name == "e" and cursor.ahead(Kind.OPENING, "[")):
            return self._made(Constant(CONSTANTS[name]))
        if name in ("tensor", "array", "Tensor") and cursor.ahead(Kind.OPENING, "("):
            return self._bracket(cursor.take())
        if named := function(name):
            return self._called(named, token)
        raise unknown(token, self._inputs)

    # Functions.

    def _called(self, named: Function, token: Token) -> Node:
        cursor = self._cursor
        exponent = self._exponent_of_function(named, token)
        if opening := cursor.accept(Kind.OPENING, "("):
            node = self._with_arguments(named, token, opening, ())
        elif named.bare and self._begins_operand(cursor.peek()):
            node = self._fit(named, token, [self._bare()], {})
        else:
            end = cursor.peek().end if cursor.ahead(Kind.OPENING) else token.end
            name = clipped(token.text)
            raise Mistake("mistake.function_alone", token.start, end, name=name)
        if exponent is None:
            return node
        return self._power(node, exponent, token.start, token.end)

    def _exponent_of_function(self, named: Function, token: Token) -> Node | None:
        """The 2 of `sin²x` and `sin^2 x`."""
        cursor = self._cursor
        power = cursor.peek()
        if power.kind is Kind.RAISED:
            cursor.take()
            exponent = self._superscript(power.text.translate(PLAIN_SUPERSCRIPTS), power)
        elif cursor.accept(Kind.SIGN, "^"):
            negative = cursor.accept(Kind.SIGN, "-")
            opening = cursor.accept(Kind.OPENING, "(")
            if opening:
                exponent = self.expression()
                cursor.close(opening)
            elif cursor.ahead(Kind.NUMBER):
                exponent = self._number(cursor.take())
            else:
                raise Mistake(
                    "mistake.function_alone", token.start, token.end, name=clipped(token.text)
                )
            exponent = self._negative(exponent) if negative else exponent
        else:
            return None
        if exponent == Number(Fraction(-1)) and named.op in INVERTIBLE:
            values = {"text": cursor.source(token.start, cursor.end), "name": named.op}
            raise Mistake("mistake.inverse", token.start, cursor.end, **values)
        return exponent

    def _begins_operand(self, token: Token) -> bool:
        bar = token.kind is Kind.BAR and not self._bars
        sign = token.kind is Kind.SIGN and token.text == "-"
        return bar or sign or token.kind in (Kind.NUMBER, Kind.NAME, Kind.ROOT)

    def _bare(self) -> Node:
        """The argument of `sin 2x`: factors side by side, up to a sign, a function or a bracket."""
        cursor = self._cursor
        self._enter(first := cursor.peek())
        if cursor.accept(Kind.SIGN, "-"):
            node = self._negative(self._bare())
            self._depth -= 1
            return node
        node = self.expression(_POWER)
        number = first.kind is Kind.NUMBER
        count = 1
        while self._goes_on_bare(cursor.peek(), number=number):
            node = self._apply("mul", node, self.expression(_POWER))
            count += not number
            number = False
        if count > 1 or cursor.ahead(Kind.SIGN, "/"):
            text = cursor.source(first.start, cursor.end)
            self._notes.append(Note("note.argument", {"text": text}))
        self._depth -= 1
        return node

    def _goes_on_bare(self, token: Token, *, number: bool) -> bool:
        if token.kind is Kind.NAME:
            return token.text in self._inputs or token.text in CONSTANTS
        return number and (
            token.kind is Kind.ROOT or (token.kind, token.text) == (Kind.OPENING, "(")
        )

    def _with_arguments(
        self, named: Function, token: Token, opening: Token, before: tuple[Node, ...]
    ) -> Node:
        cursor = self._cursor
        bars, self._bars = self._bars, 0
        args, keywords = list(before), dict[str, Node]()
        while not cursor.ahead(Kind.CLOSING):
            key = cursor.peek()
            if key.kind is Kind.NAME and cursor.ahead(Kind.EQUALS, ahead=1):
                cursor.take()
                cursor.take()
                keywords[key.text] = self.expression()
            else:
                args.append(self._argument(named, first=not args))
            if not cursor.accept(Kind.COMMA):
                break
        cursor.close(opening)
        self._bars = bars
        return self._fit(named, token, args, keywords)

    def _argument(self, named: Function, *, first: bool) -> Node:
        left = self.expression()
        relation = self._cursor.peek()
        if named.op == "where" and first and relation.kind is Kind.RELATION:
            self._cursor.take()
            return self._made(Compare(relation.text, left, self.expression()))
        return left

    def _fit(
        self, named: Function, token: Token, args: list[Node], keywords: dict[str, Node]
    ) -> Node:
        try:
            node = applied(named, args, keywords)
        except Unfit as unfit:
            raise Mistake(unfit.key, token.start, self._cursor.end, **unfit.values) from None
        if named.op == "where" and not isinstance(args[0], Compare):
            raise Mistake("mistake.condition", token.start, self._cursor.end)
        match node:
            case Apply("pow", (base, exponent)):
                return self._power(base, exponent, token.start, self._cursor.end)
        return self._made(node)

    # Behind an operand.

    def _method(self, node: Node) -> Node:
        """`x.sum()` and `A.T`."""
        cursor = self._cursor
        dot = cursor.take()
        token = cursor.peek()
        if token.kind is not Kind.NAME:
            raise cursor.unexpected(dot)
        cursor.take()
        opening = cursor.accept(Kind.OPENING, "(")
        if token.text in _METHODS_WITHOUT_BRACKETS:
            if opening:
                cursor.close(opening)
            return self._apply("transpose", node)
        named = function(token.text)
        if opening and named:
            return self._with_arguments(named, token, opening, (node,))
        if named:
            raise Mistake("mistake.function_alone", token.start, token.end, name=token.text)
        raise Mistake("mistake.attribute", dot.start, token.end, name=clipped(token.text))

    def _indexed(self, base: Node) -> Node:
        cursor = self._cursor
        opening = cursor.take()
        where = [self._position()]
        while cursor.accept(Kind.COMMA):
            where.append(self._position())
        cursor.close(opening)
        if isinstance(base, Index):
            return Index(base.base, (*base.where, *where))
        return self._made(Index(base, tuple(where)))

    def _position(self) -> int:
        cursor = self._cursor
        start = cursor.peek()
        negative = cursor.accept(Kind.SIGN, "-")
        token = cursor.peek()
        if token.kind is Kind.NUMBER and token.text.isdecimal() and len(token.text) < 5:
            after = cursor.peek(1)
            if after.kind in (Kind.COMMA, Kind.CLOSING, Kind.END):
                return int(cursor.take().text) * (-1 if negative else 1)
        raise Mistake("mistake.index_whole", start.start, token.end)


def number_of(token: Token) -> Fraction:
    """The number that a token spells; raises `Mistake` for one too long or too large."""
    digits, _, exponent = token.text.lower().partition("e")
    if len(digits.replace(".", "")) > DIGITS:
        raise Mistake("mistake.digits", token.start, token.end, most=DIGITS)
    if len(exponent) > 5 or (exponent and abs(int(exponent)) > EXPONENT):
        raise Mistake("mistake.ten", token.start, token.end, most=EXPONENT)
    return Fraction(token.text)


def _leaves(node: Node) -> list[Node]:
    return [
        each
        for each in walk(node)
        if not isinstance(each, Apply) or each.op not in ("add", "sub", "mul", "div", "neg", "pow")
    ]
