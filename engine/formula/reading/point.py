"""The point of a request: values by name or by position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.formula.limits import ALL_ELEMENTS
from engine.formula.reading.arrays import array_of, has_comma, number_ahead
from engine.formula.reading.cursor import Cursor
from engine.formula.reading.grammar import Grammar
from engine.formula.reading.mistakes import Mistake, clipped
from engine.formula.reading.names import WRAPPERS, plain_name
from engine.formula.reading.tokens import Kind, Token, inside
from engine.formula.tree import Array, Formula, Point

_BETWEEN: Final = (Kind.COMMA, Kind.SEMICOLON, Kind.BREAK)


@dataclass(frozen=True, slots=True)
class Given:
    """A value as it was written, and the names that it is given to; none where it stands alone."""

    names: tuple[Token, ...]
    value: tuple[Token, ...]


def given_in(tokens: Sequence[Token]) -> list[Given]:
    """What a point gives, in order: `x=2, y=3`, `x = y = 2`, `(2, 3)`, `f(2, 3)`.

    Raises `Mistake` where a name has no value.
    """
    found: list[Given] = []
    for part in _split(_unwrapped(tokens)):
        if several := _several(part):
            found += several
            continue
        names: list[Token] = []
        while len(part) > 1 and part[0].kind is Kind.NAME and part[1].kind is Kind.EQUALS:
            names.append(part[0])
            part = part[2:]
        if names and not part:
            name = names[-1]
            raise Mistake("mistake.no_value", name.start, name.end, name=clipped(name.text))
        found += [Given(tuple(names), tuple(part))] if part else []
    if len(found) == 1 and not found[0].names:
        return _by_position(found[0])
    return found


def _several(part: Sequence[Token]) -> list[Given]:
    """The values of `(x, y) = (2, 3)`, one by one; none where that is not how it is written."""
    signs = [at for at, token in enumerate(part) if token.kind is Kind.EQUALS]
    if not signs or part[0].text != "(" or not _is_one_bracket(part[: signs[0]]):
        return []
    names = [token for token in part[: signs[0]] if token.kind is Kind.NAME]
    values = _by_position(Given((), tuple(part[signs[0] + 1 :])))
    if len(names) != len(values):
        wanted = {
            "count": len(values),
            "wanted": len(names),
            "names": ", ".join(name.text for name in names),
        }
        raise Mistake("mistake.places", part[0].start, part[-1].end, **wanted)
    return [Given((name,), each.value) for name, each in zip(names, values, strict=True)]


def _unwrapped(tokens: Sequence[Token]) -> Sequence[Token]:
    """Without the brackets of `(x=2, y=3)`, `f(x=2)` and `M(2, 3)`, and the title before them."""
    titled = len(tokens) > 2 and tokens[0].kind is Kind.NAME and tokens[1].text == "("
    if titled and tokens[0].text not in WRAPPERS and _is_one_bracket(tokens[1:]):
        tokens = tokens[1:]
    named = len(tokens) > 3 and tokens[0].text == "(" and tokens[2].kind is Kind.EQUALS
    return tokens[1:-1] if named and _is_one_bracket(tokens) else tokens


def _is_one_bracket(tokens: Sequence[Token]) -> bool:
    depth = 0
    for at, token in enumerate(tokens):
        depth = inside(token, depth)
        if not depth:
            return at == len(tokens) - 1 and token.kind is Kind.CLOSING
    return False


def _split(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens of each value, its names before it."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for at, token in enumerate(tokens):
        after = tokens[at + 1].kind if at + 1 < len(tokens) else Kind.END
        if not depth and token.kind in _BETWEEN:
            parts.append([])
            continue
        names_next = not depth and token.kind is Kind.NAME and after is Kind.EQUALS
        if names_next and parts[-1] and parts[-1][-1].kind is not Kind.EQUALS:
            parts.append([])
        parts[-1].append(token)
        depth = inside(token, depth)
    return [part for part in parts if part]


def _by_position(given: Given) -> list[Given]:
    """The values of `(2, 3)`, which are one value if nothing separates them."""
    value = given.value
    if not value:
        return []
    if value[0].text != "(" or not _is_one_bracket(value):
        return [given]
    return [Given((), tuple(part)) for part in _split(value[1:-1])]


def point_of(given: Sequence[Given], formula: Formula, text: str) -> Point:
    """The value of each input that has one; raises `Mistake`."""
    point: dict[str, Array] = {}
    for each in given:
        if each.names:
            value = _value(each.value, text)
        for name in each.names:
            known = _input(name, formula)
            if point.setdefault(known, value) != value:
                raise Mistake("mistake.two_values", name.start, name.end, name=clipped(known))
    placed = [each for each in given if not each.names]
    point |= _placed(placed, formula, text) if placed else {}
    count = sum(len(array.values) for array in point.values())
    if count > ALL_ELEMENTS:
        start, end = given[0].value[0].start, given[-1].value[-1].end
        raise Mistake("mistake.sizes", start, end, count=count, most=ALL_ELEMENTS)
    return point


def _input(name: Token, formula: Formula) -> str:
    """The input that a name means; x₀ is the value of x."""
    for known in (name.text, name.text.removesuffix("0").removesuffix("_")):
        if known in formula.inputs:
            return known
    values = {"name": clipped(name.text), "names": ", ".join(formula.inputs)}
    raise Mistake("mistake.no_input", name.start, name.end, **values)


def _placed(placed: Sequence[Given], formula: Formula, text: str) -> dict[str, Array]:
    """Values by position: one for each input, or the elements of the only one."""
    inputs = formula.inputs
    if len(inputs) == 1 and len(placed) > 1:
        opening = Token(Kind.OPENING, "[", placed[0].value[0].start, placed[0].value[0].start)
        return {inputs[0]: _listed(opening, placed, text)}
    values = [_value(each.value, text) for each in placed]
    if len(values) == 1 and len(inputs) > 1 and values[0].shape == (len(inputs),):
        values = [Array((), (number,)) for number in values[0].values]
    if len(values) != len(inputs):
        start, end = placed[0].value[0].start, placed[-1].value[-1].end
        wanted = {"count": len(values), "wanted": len(inputs), "names": ", ".join(inputs)}
        raise Mistake("mistake.places", start, end, **wanted)
    return dict(zip(inputs, values, strict=True))


def _listed(opening: Token, placed: Sequence[Given], text: str) -> Array:
    tokens = [opening]
    for each in placed:
        end = each.value[-1].end
        tokens += [*each.value, Token(Kind.COMMA, ",", end, end)]
    closing = Token(Kind.CLOSING, "]", tokens[-1].end, tokens[-1].end)
    return _value([*tokens[:-1], closing], text)


def _value(tokens: Sequence[Token], text: str) -> Array:
    end = tokens[-1].end
    cursor = Cursor(text, [*tokens, Token(Kind.END, "", end, end)])
    grammar = Grammar(cursor, (), [])
    try:
        value = _array(cursor, grammar)
    except Mistake as mistake:
        if mistake.note.key not in ("mistake.unknown", "mistake.unknown_name"):
            raise
        written = cursor.source(mistake.start, mistake.end)
        raise Mistake("mistake.no_number", mistake.start, mistake.end, text=written) from None
    if cursor.peek().kind is not Kind.END:
        raise cursor.unexpected(cursor.peek())
    return value


def _array(cursor: Cursor, grammar: Grammar) -> Array:
    first = cursor.peek()
    if first.kind is Kind.NAME and (wrapper := _wrapper(cursor)):
        value = _array(cursor, grammar)
        cursor.close(wrapper)
        return value
    if first.text == "[" or (first.text == "(" and has_comma(cursor)):
        return array_of(cursor, grammar.element)
    return Array((), (number_ahead(cursor, grammar.expression),))


def _wrapper(cursor: Cursor) -> Token | None:
    """The bracket of `torch.tensor(`, taken, if that comes next."""
    ahead = 0
    while cursor.ahead(Kind.DOT, ahead=ahead + 1):
        ahead += 2
    if cursor.peek(ahead).text not in WRAPPERS or not cursor.ahead(Kind.OPENING, "(", ahead + 1):
        return None
    plain_name(cursor, cursor.take())
    return cursor.take()
