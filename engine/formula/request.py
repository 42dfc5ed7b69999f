"""The text of /grad and /graph -> a formula, its point, claims about it, and what is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.formula.limits import CHARACTERS, INPUTS
from engine.formula.reading.brackets import check_brackets
from engine.formula.reading.cursor import Cursor
from engine.formula.reading.derivatives import named_derivative
from engine.formula.reading.glued import divided
from engine.formula.reading.grammar import Grammar
from engine.formula.reading.inputs import inputs_of
from engine.formula.reading.mistakes import Mistake, clipped, misread
from engine.formula.reading.names import check_inputs
from engine.formula.reading.point import Given, given_in, point_of
from engine.formula.reading.sections import Sections, Want, sections
from engine.formula.reading.spelled import spelled
from engine.formula.reading.tokens import Kind, Token, taken_for_latin, tokens
from engine.formula.sizes import check_tree
from engine.formula.tree import Formula, Node, Point, names_in
from engine.records import Note
from engine.records.gradients import Misread

__all__ = ["Claim", "Request", "Want", "read_formula", "read_request"]
_ORDERS: Final = 4


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
    if len(text) > CHARACTERS:
        line = clipped(text.strip().partition("\n")[0])
        note = Note("mistake.characters", {"count": len(text), "most": CHARACTERS})
        return Misread(note, line, 0, len(line))
    plain = spelled(text)
    try:
        return _Reading(text, plain).request()
    except Mistake as mistake:
        return misread(text, plain, mistake)


def read_formula(text: str) -> Formula | Misread:
    """The formula alone of what `read_request` reads.

    >>> read_formula("3xy²") == read_formula("f(x, y) = 3*x*y**2")
    True
    """
    read = read_request(text)
    return read if isinstance(read, Misread) else read.formula


class _Reading:
    def __init__(self, text: str, plain: str) -> None:
        self._text = text
        self._tokens = tokens(plain)
        self._notes: list[Note] = []
        if letters := taken_for_latin(self._tokens, plain):
            self._notes.append(Note("note.cyrillic", {"letters": ", ".join(letters)}))

    def request(self) -> Request:
        """The parts in the order in which they depend on each other."""
        check_brackets(self._tokens)
        found = sections(self._tokens)
        if not found.body:
            raise Mistake("mistake.empty", 0, len(self._text))
        given = given_in(found.point)
        formula = self._formula(found, given)
        point = point_of(given, formula, self._text)
        check_tree(formula.body, point, found.body[0].start, found.body[-1].end)
        claims = tuple(self._claim(claim, formula) for claim in found.claims)
        return Request(
            formula, point, claims, frozenset(found.wants), _order(found), tuple(self._notes)
        )

    def _formula(self, found: Sections, given: Sequence[Given]) -> Formula:
        start, end = found.body[0].start, found.body[-1].end
        named = [name for each in given for name in each.names]
        check_inputs([*found.head, *named])
        declared = tuple(dict.fromkeys(token.text for token in [*found.head, *named]))
        known = declared
        if not found.head:
            known = tuple(dict.fromkeys([*declared, *inputs_of(found.body, declared)]))
        body = self._read(found.body, known, declared)
        check_inputs([token for token in found.body if token.text in names_in(body)])
        head = dict.fromkeys(token.text for token in found.head)
        inputs = tuple(dict.fromkeys([*head, *names_in(body)]))
        if not inputs:
            raise Mistake("mistake.no_inputs", start, end)
        if len(inputs) > INPUTS:
            values = {"count": len(inputs), "most": INPUTS, "names": ", ".join(inputs)}
            raise Mistake("mistake.inputs", start, end, **values)
        return Formula(found.title, inputs, body)

    def _read(self, part: Sequence[Token], inputs: Sequence[str], declared: Sequence[str]) -> Node:
        end = part[-1].end
        words = divided(part, inputs, declared, self._notes)
        cursor = Cursor(self._text, [*words, Token(Kind.END, "", end, end)])
        return Grammar(cursor, inputs, self._notes).whole()

    def _claim(self, part: Sequence[Token], formula: Formula) -> Claim:
        word, rest = part[0], part[1:]
        variable = None
        if named := named_derivative(rest):
            variable, rest = named.variable, rest[named.length :]
        if not rest:
            raise Mistake("mistake.claim_empty", word.start, part[-1].end)
        start, end = rest[0].start, rest[-1].end
        names = ", ".join(formula.inputs)
        if variable is None and len(formula.inputs) > 1:
            raise Mistake("mistake.which", start, end, names=names, name=formula.inputs[0])
        if variable is not None and variable.text not in formula.inputs:
            values = {"name": clipped(variable.text), "names": names}
            raise Mistake("mistake.no_input", variable.start, variable.end, **values)
        body = self._read(rest, formula.inputs, formula.inputs)
        check_tree(body, {}, start, end)
        name = variable.text if variable else formula.inputs[0]
        return Claim(name, body, self._text[start:end])


def _order(found: Sections) -> int:
    token = found.order
    if token is None:
        return 1
    if token.text not in map(str, range(1, _ORDERS + 1)):
        raise Mistake("mistake.order", token.start, token.end, most=_ORDERS)
    return int(token.text)
