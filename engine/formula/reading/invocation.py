"""Calls of functions: `sin(x)`, `sin 2x`, `sin²x`, `sum(x, dim=1)`, `where(x > 0, x, 0)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from engine.formula.reading.calls import INVERTIBLE, Function, Unfit, applied
from engine.formula.reading.mistakes import Mistake, clipped
from engine.formula.reading.names import CONSTANTS
from engine.formula.reading.reader import Reader
from engine.formula.reading.tokens import Kind, Token
from engine.formula.tree import Apply, Compare, Node, Number

_POWER = 30
_MINUS_ONE = Number(Fraction(-1))


def called(reader: Reader, named: Function, token: Token, *, torchs: bool) -> Node:
    """The call of a function whose name, `token`, was just taken; raises `Mistake`.

    `torchs`: it was called by a name of torch's or numpy's, whose second argument is `dim`.
    """
    cursor = reader.cursor
    exponent = _exponent(reader, named, token)
    if opening := cursor.accept(Kind.OPENING, "("):
        node = with_arguments(reader, named, token, opening, torchs=torchs)
    elif named.bare and reader.begins_operand(cursor.peek()):
        node = _fit(reader, named, token, [_bare(reader)], {}, torchs=torchs)
    else:
        raise _alone(token)
    return node if exponent is None else reader.build.power(node, exponent, token, cursor.end)


def _alone(token: Token) -> Mistake:
    return Mistake("mistake.function_alone", token.start, token.end, name=clipped(token.text))


def _exponent(reader: Reader, named: Function, token: Token) -> Node | None:
    """The 2 of `sin²x` and `sin^2 x`."""
    cursor = reader.cursor
    exponent: Node | None = None
    if cursor.ahead(Kind.RAISED):
        exponent = reader.superscript(cursor.take())
    elif cursor.accept(Kind.SIGN, "^"):
        if cursor.peek().kind not in (Kind.NUMBER, Kind.OPENING, Kind.SIGN):
            raise _alone(token)
        minus = cursor.accept(Kind.SIGN, "-")
        if opening := cursor.accept(Kind.OPENING, "("):
            exponent = reader.expression()
            cursor.close(opening)
        else:
            exponent = Number(_whole(reader, token))
        exponent = reader.build.apply("neg", exponent, at=token) if minus else exponent
    if exponent == _MINUS_ONE and named.op in INVERTIBLE:
        values = {"text": cursor.source(token.start, cursor.end), "name": named.op}
        raise Mistake("mistake.inverse", token.start, cursor.end, **values)
    return exponent


def _whole(reader: Reader, token: Token) -> Fraction:
    number = reader.cursor.take()
    if number.kind is not Kind.NUMBER or not number.text.isdecimal() or len(number.text) > 4:
        raise _alone(token)
    return Fraction(number.text)


def _bare(reader: Reader) -> Node:
    """The argument of `sin 2x`: factors side by side, up to a sign, a function or a bracket."""
    cursor = reader.cursor
    first = cursor.peek()
    reader.build.enter(first)
    if cursor.accept(Kind.SIGN, "-"):
        node = reader.build.apply("neg", _bare(reader), at=first)
        reader.build.leave()
        return node
    number = first.kind is Kind.NUMBER
    node, factors = reader.expression(_POWER), int(not number)
    while _goes_on(reader, cursor.peek(), number=number):
        node = reader.build.apply("mul", node, reader.expression(_POWER), at=first)
        factors, number = factors + 1, False
    if factors > 1 or cursor.ahead(Kind.SIGN, "/"):
        reader.remark("note.argument", text=cursor.source(first.start, cursor.end))
    reader.build.leave()
    return node


def _goes_on(reader: Reader, token: Token, *, number: bool) -> bool:
    if token.kind is Kind.NAME:
        return token.text in reader.inputs or token.text in CONSTANTS
    return number and (token.kind is Kind.ROOT or token.text == "(")


def with_arguments(
    reader: Reader,
    named: Function,
    token: Token,
    opening: Token,
    *,
    before: tuple[Node, ...] = (),
    torchs: bool,
) -> Node:
    """The call of a function whose bracket was just taken; raises `Mistake`."""
    with reader.inside_brackets():
        args, keywords = _arguments(reader, named, before)
    reader.cursor.close(opening)
    return _fit(reader, named, token, args, keywords, torchs=torchs)


def _arguments(
    reader: Reader, named: Function, before: tuple[Node, ...]
) -> tuple[list[Node], dict[str, Node]]:
    """The arguments by place and by name, up to the bracket."""
    cursor = reader.cursor
    args, keywords = list(before), dict[str, Node]()
    while not cursor.ahead(Kind.CLOSING):
        if named.op == "where" and not args:
            args.append(_condition(reader))
        elif cursor.ahead(Kind.NAME) and cursor.ahead(Kind.EQUALS, ahead=1):
            key = cursor.take()
            cursor.take()
            if key.text in keywords:
                raise Mistake("mistake.two_values", key.start, key.end, name=clipped(key.text))
            keywords[key.text] = reader.expression()
        else:
            args.append(reader.expression())
        if not cursor.accept(Kind.COMMA):
            break
    return args, keywords


def _condition(reader: Reader) -> Node:
    """The first argument of `where`; whether it is a comparison is asked later."""
    cursor = reader.cursor
    left, relation = reader.expression(), cursor.peek()
    if not (cursor.accept(Kind.RELATION) or cursor.accept(Kind.EQUALS)):
        return left
    sign = "==" if relation.kind is Kind.EQUALS else relation.text
    condition = Compare(sign, left, reader.expression())
    if chained := cursor.accept(Kind.RELATION):
        raise Mistake("mistake.chain", relation.start, chained.end)
    return reader.build.made(condition, relation)


def _fit(
    reader: Reader,
    named: Function,
    token: Token,
    args: Sequence[Node],
    keywords: Mapping[str, Node],
    *,
    torchs: bool,
) -> Node:
    end = reader.cursor.end
    try:
        node = applied(named, args, keywords, torchs=torchs)
    except Unfit as unfit:
        raise Mistake(unfit.key, token.start, end, **unfit.values) from None
    if named.op == "where" and not isinstance(args[0], Compare):
        raise Mistake("mistake.condition", token.start, end)
    match node:
        case Apply("pow", (base, exponent)):
            return reader.build.power(base, exponent, token, end)
    return reader.build.made(node, token)
