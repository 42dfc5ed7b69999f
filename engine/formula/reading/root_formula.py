"""The formula of /root: a function or an equation, in which one input is left without a value."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from engine.formula.limits import INPUTS
from engine.formula.operations import OPERATIONS, Acts
from engine.formula.reading.brackets import check_brackets
from engine.formula.reading.building import Builder
from engine.formula.reading.calls import MODULES, function
from engine.formula.reading.cursor import Cursor
from engine.formula.reading.glued import beside_function, divided
from engine.formula.reading.grammar import Grammar
from engine.formula.reading.inputs import inputs_of
from engine.formula.reading.mistakes import Mistake, clipped
from engine.formula.reading.names import check_inputs, is_known, is_russian
from engine.formula.reading.point import Given, given_in, point_of
from engine.formula.reading.rounding import rounded
from engine.formula.reading.sides import Sides, sides_of
from engine.formula.reading.substitution import Substitution
from engine.formula.reading.tokens import Kind, Token
from engine.formula.sizes import check_tree
from engine.formula.tree import Apply, Array, Formula, Index, Node, Number, names_in, walk
from engine.formula.writing.number_text import number_text
from engine.records import Note

_PREFERRED: Final = "x"  # the unknown where several have no value, or all have one
_LONGEST_EXAMPLE: Final = 60
_ZERO: Final = Number(Fraction(0))


@dataclass(frozen=True, slots=True)
class RootFormula:
    """A formula of one input, the names that its text speaks of, and where the unknown starts."""

    formula: Formula
    known: tuple[str, ...]
    start: Fraction | None


def root_formula(
    text: str, body: Sequence[Token], point: Sequence[Token], notes: list[Note]
) -> RootFormula:
    """The formula of `body` with the values of `point`; raises `Mistake`."""
    if not body:
        raise Mistake("mistake.root_empty", 0, len(text))
    check_brackets(body)
    given = given_in(point)
    named = [name for each in given for name in each.names]
    sides = sides_of(body, [name.text for name in named])
    _check_words(body, {token.text for token in (*sides.head, *named)})
    check_inputs([*sides.head, *named])
    whole = _Reading(text, sides, notes).formula([name.text for name in named])
    values = _values(given, whole, text)
    unknown = _unknown(text, body, whole, values)
    start = values.pop(unknown, None)
    if start is not None:
        notes.append(Note("note.start", {"name": unknown, "value": number_text(start)}))
    at = given[0].value[0] if given else body[0]
    left = _without_zero(Substitution(values, at).into(whole.body))
    check_tree(left, {}, body[0].start, body[-1].end)
    return RootFormula(Formula(whole.title, (unknown,), left), whole.inputs, start)


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    sides: Sides
    notes: list[Note]

    def formula(self, named: Sequence[str]) -> Formula:
        """The difference of the sides, of all inputs that stand in it."""
        sides = self.sides
        start, end = sides.parts[0][0].start, sides.parts[-1][-1].end
        declared = tuple(dict.fromkeys([*(token.text for token in sides.head), *named]))
        known = declared
        if not sides.head:
            known = tuple(dict.fromkeys([*declared, *inputs_of(sides.joined, declared)]))
        body = self._difference(known, declared)
        inputs = names_in(body)
        check_inputs([token for token in sides.joined if token.text in inputs])
        _check_numbers_only(body, start, end)
        if len(inputs) > INPUTS:
            values = {"count": len(inputs), "most": INPUTS, "names": ", ".join(inputs)}
            raise Mistake("mistake.inputs", start, end, **values)
        if not inputs:
            raise Mistake("mistake.root_no_unknown", start, end)
        check_tree(body, {}, start, end)
        return Formula(sides.title, inputs, body)

    def _difference(self, known: Sequence[str], declared: Sequence[str]) -> Node:
        build = Builder()
        sides = [self._side(part, known, declared, build) for part in self.sides.parts]
        return sides[0] if len(sides) == 1 else build.apply("sub", *sides, at=self.sides.sign)

    def _side(
        self, part: Sequence[Token], known: Sequence[str], declared: Sequence[str], build: Builder
    ) -> Node:
        end = part[-1].end
        words = divided(part, known, declared, self.notes)
        cursor = Cursor(self.text, [*words, Token(Kind.END, "", end, end)])
        try:
            return Grammar(cursor, known, self.notes, build).whole()
        except Mistake as mistake:
            if mistake.note.key != "mistake.equation":  # within brackets
                raise
            raise Mistake("mistake.root_equals", mistake.start, mistake.end) from None


def _without_zero(node: Node) -> Node:
    """`u - 0` and `0 - u`, which have the same roots as u."""
    match node:
        case Apply("sub", (left, right)) if right == _ZERO:
            return left
        case Apply("sub", (left, right)) if left == _ZERO:
            return right
    return node


def _check_words(body: Sequence[Token], declared: Collection[str]) -> None:
    """Raises `Mistake` for a word behind the formula: a long name that no sign joins to it."""
    for before, token in pairwise(body):
        operand = before.kind in (Kind.NUMBER, Kind.CLOSING, Kind.RAISED, Kind.BREAK, Kind.COMMA)
        operand = operand or (before.kind is Kind.NAME and function(before.text) is None)
        if operand and token.spaced and _is_word(token, declared):
            word = clipped(token.text)
            raise Mistake("mistake.root_word", token.start, token.end, word=word)


def _is_word(token: Token, declared: Collection[str]) -> bool:
    name = token.text
    if token.kind is not Kind.NAME or is_known(name) or name in MODULES or name in declared:
        return False
    return is_russian(name) or (len(name) > 3 and beside_function(name) == [name])


def _check_numbers_only(body: Node, start: int, end: int) -> None:
    """Raises `Mistake` where vectors or matrices are meant."""
    for each in walk(body):
        tensor = isinstance(each, Index) or (isinstance(each, Array) and each.shape)
        if isinstance(each, Apply):
            alone = each.op in ("max", "min") and len(each.args) == 1
            tensor = alone or each.dim is not None or OPERATIONS[each.op].acts is not Acts.EACH
        if tensor:
            raise Mistake("mistake.root_tensor", start, end)


def _values(given: Sequence[Given], whole: Formula, text: str) -> dict[str, Fraction]:
    point = point_of(given, whole, text)
    for each in given:
        names = {name.text for name in each.names}
        for name, value in point.items():
            if name in names or not names:
                _check_value(value, each, text)
    return {name: value.values[0] for name, value in point.items()}


def _check_value(value: Array, given: Given, text: str) -> None:
    start, end = given.value[0].start, given.value[-1].end
    if value.shape:
        raise Mistake("mistake.root_tensor", start, end)
    if not math.isfinite(rounded(value.values[0], "float64")):
        written = clipped(text[start:end])
        raise Mistake("mistake.beyond", start, end, text=written, dtype="float64")


def _unknown(
    text: str, body: Sequence[Token], whole: Formula, values: Mapping[str, Fraction]
) -> str:
    """The input without a value; of a formula with values for all, the one that starts there."""
    left = [name for name in whole.inputs if name not in values]
    start, end = body[0].start, body[-1].end
    if len(left) == 1:
        return left[0]
    if not left and (len(whole.inputs) == 1 or _PREFERRED in whole.inputs):
        return _PREFERRED if _PREFERRED in whole.inputs else whole.inputs[0]
    if not left:
        raise Mistake("mistake.root_no_unknown", start, end)
    kept = _PREFERRED if _PREFERRED in left else left[0]
    others = [f"{name}=1" for name in [*values, *left] if name != kept]
    example = f"{' '.join(text[start:end].split())} at {', '.join(others)}"
    if len(example) > _LONGEST_EXAMPLE:
        example = f"… at {', '.join(others)}"
    raise Mistake("mistake.unknowns", start, end, names=", ".join(left), example=example)
