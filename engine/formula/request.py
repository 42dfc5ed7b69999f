"""The text of /grad and /graph -> a formula, its point, claims about it, and what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.formula.cursor import Cursor
from engine.formula.grammar import Grammar
from engine.formula.limits import CHARACTERS, INPUTS
from engine.formula.mistakes import Mistake, clipped, misread
from engine.formula.names import divided, inputs_of
from engine.formula.point import PointReader, names_at
from engine.formula.sections import Sections, Want, end_of, sections
from engine.formula.spelled import spelled
from engine.formula.tokens import Kind, Token, tokens
from engine.formula.tree import Array, Formula, Node, Point, names_in
from engine.records import Note
from engine.records.gradients import Misread

__all__ = ["Claim", "Request", "Want", "read_formula", "read_request"]
_ORDERS = 4


@dataclass(frozen=True, slots=True)
class Claim:
    """A student's own derivative by `name`; `text` as it was written."""

    name: str
    body: Node
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """What a text asks: the point may be empty or incomplete, see `missing`."""

    formula: Formula
    point: Point
    claims: tuple[Claim, ...]
    wants: frozenset[Want]
    order: int
    notes: tuple[Note, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The inputs without a value."""
        return tuple(name for name in self.formula.inputs if name not in self.point)


def read_request(text: str) -> Request | Misread:
    """What a text asks, or what is wrong with it and where. Nothing of it is ever run.

    >>> read_request("f(x, y) = x^2 + xy at x=2").missing
    ('y',)
    >>> read_request("x^2 + sinn(x)").note
    Note(key='mistake.unknown_name', values={'name': 'sinn', 'nearest': 'sin'})
    """
    return _guarded(text, lambda plain: _Reader(text, plain).request())


def read_formula(text: str) -> Formula | Misread:
    """A formula alone, with or without its head.

    >>> read_formula("3xy²") == read_formula("f(x, y) = 3*x*y**2")
    True
    """
    read = read_request(text)
    return read if isinstance(read, Misread) else read.formula


def _guarded(text: str, work: Callable[[str], Request]) -> Request | Misread:
    if len(text) > CHARACTERS:
        note = Note("mistake.characters", {"count": len(text), "most": CHARACTERS})
        line = clipped(text.strip().partition("\n")[0])
        return Misread(note, line, 0, len(line))
    plain = spelled(text)
    try:
        return work(plain)
    except Mistake as mistake:
        return misread(text, plain, mistake)


class _Reader:
    def __init__(self, text: str, plain: str) -> None:
        self._text = text
        self._plain = plain
        self._notes: list[Note] = []

    def request(self) -> Request:
        found = sections(tokens(self._plain))
        if not found.body:
            raise Mistake("mistake.empty", 0, len(self._plain))
        self._note_letters()
        declared = [token.text for token in found.head or ()]
        given = names_at(found.point)
        inputs = list(dict.fromkeys([*declared, *given]))
        body = [*found.body, end_of(found.body, 0)]
        if found.head is None:
            inputs = list(dict.fromkeys([*inputs, *inputs_of(body)]))
        tree = self._read(body, inputs, declared=bool(declared))
        formula = self._formula(found, tree, declared)
        point = self._point(found, formula)
        claims = tuple(self._claim(claim, formula) for claim in found.claims)
        return Request(
            formula, point, claims, frozenset(found.wants), _order(found), tuple(self._notes)
        )

    def _read(self, part: Sequence[Token], inputs: Sequence[str], *, declared: bool) -> Node:
        cursor = Cursor(self._text, divided(part, inputs, declared=declared, notes=self._notes))
        return Grammar(cursor, inputs, self._notes).whole()

    def _note_letters(self) -> None:
        return

    def _formula(self, found: Sections, tree: Node, declared: list[str]) -> Formula:
        inputs = tuple(dict.fromkeys([*declared, *names_in(tree)]))
        if not inputs:
            raise Mistake("mistake.no_inputs", found.body[0].start, found.body[-1].end)
        if len(inputs) > INPUTS:
            values = {"count": len(inputs), "most": INPUTS, "names": clipped(", ".join(inputs))}
            raise Mistake("mistake.inputs", found.body[0].start, found.body[-1].end, **values)
        return Formula(found.title, inputs, tree)

    def _point(self, found: Sections, formula: Formula) -> Point:
        reader = PointReader(Cursor(self._text, [*found.point, end_of(found.point, 0)]))
        named = reader.read()
        point: dict[str, Array] = {}
        for name, (token, value) in named.items():
            if name not in formula.inputs:
                values = {"name": clipped(name), "names": ", ".join(formula.inputs)}
                raise Mistake("mistake.no_input", token.start, token.end, **values)
            point[name] = value
        return point | self._by_place(reader, formula)

    def _by_place(self, reader: PointReader, formula: Formula) -> dict[str, Array]:
        places = reader.places
        if not places:
            return {}
        if len(places) != len(formula.inputs):
            values = {
                "count": len(places),
                "wanted": len(formula.inputs),
                "names": ", ".join(formula.inputs),
            }
            raise Mistake("mistake.places", places[0][0].start, places[-1][0].end, **values)
        return {name: value for name, (_, value) in zip(formula.inputs, places, strict=True)}

    def _claim(self, part: list[Token], formula: Formula) -> Claim:
        word, *rest = part
        name = formula.inputs[0]
        if rest and rest[0].kind is Kind.NAME and len(rest) > 1:
            if rest[1].kind in (Kind.COLON, Kind.EQUALS):
                name, rest = rest[0].text, rest[2:]
        body = [*rest, end_of(rest, word.end)]
        tree = self._read(body, formula.inputs, declared=True)
        return Claim(name, tree, self._text[body[0].start : body[-1].end])


def _order(found: Sections) -> int:
    if found.order is None:
        return 1
    token = found.order
    if token.text not in map(str, range(1, _ORDERS + 1)):
        raise Mistake("mistake.order", token.start, token.end, most=_ORDERS)
    return int(token.text)
