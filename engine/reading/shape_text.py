"""A question about shapes, as people type it -> operands and an operator.

Only our own reading of a bounded text: nothing is evaluated. What stands in brackets are sizes;
a name may stand before them with = or : or a factory of torch's; then operators join them, or
a formula in the names that were given, or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.axes.trial import IN_PLACE, is_number
from engine.reading.shape_command import command
from engine.reading.shape_cursor import Mistake
from engine.reading.shape_reader import Found, Reader
from engine.reading.shape_sizes import whole
from engine.records import Note, Operand

CHARACTERS: Final = 2000
OPERANDS: Final = 8
NAMES: Final = "xyzwvuts"
CHAINED: Final = ("+", "-", "*", "/", "//", "%")  # x + y + z is (x + y) + z
# What /shape answers, with the same text or one like it.
CODE: Final = ("mistake.code", "mistake.formulas", "mistake.operators", "mistake.two_only")
MEAN_CHARACTERS: Final = 30

_MEAN = re.compile(
    r"(?:\w+_)?(?:m|mu|μ|avg|mean|means|average|среднее|средние|ср)(?:_\w+|\d*)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Question:
    """Which operation on which operands is asked about; `notes` say how it was understood.

    `assumed`: nobody named the operator.
    """

    operator: str
    operands: tuple[Operand, ...]
    notes: tuple[Note, ...] = ()
    assumed: bool = False


def read_shapes(text: str) -> Question | Note:
    """The question in a text, or a note that says what is wrong with it.

    Without an operator it is +, or - where an operand is called as people call a mean. Operands
    without a name are x, y, z. (3) is a number in Python: it is read as (3,), with a note.

    >>> read_shapes("(5,3,4,1) (3,1,1)").operands[1]
    Operand(name='y', shape=(3, 1, 1))
    >>> read_shapes("x=(5,3) w=3x2 x @ w").operator
    '@'
    >>> read_shapes("(5, n) (3,)")
    Note(key='mistake.word', values={'word': 'n', 'text': '(5, n)'})
    """
    if len(text) > CHARACTERS:
        return Note("mistake.long", {"count": len(text), "most": CHARACTERS})
    found: list[Found] = []
    try:
        found = Reader(text).read()
        return _question(found)
    except Mistake as mistake:
        note = mistake.note
    if note.key not in CODE:
        return note
    taken = {part.name for part in found}
    code = command(text, found, [name for name in NAMES if name not in taken])
    return Note(note.key, {**note.values, "command": code}) if code else note


def names_mean(name: str) -> bool:
    """Whether people call a mean so.

    >>> [names_mean(name) for name in ("m", "x_mean", "mu", "среднее", "mask", "model")]
    [True, True, True, True, False, False]
    """
    return len(name) <= MEAN_CHARACTERS and _MEAN.fullmatch(name) is not None


def _question(found: Sequence[Found]) -> Question:
    groups = _groups(found)
    formulas = [group for group in groups if any(part.operator for part in group)]
    if len(formulas) > 1:
        raise Mistake("mistake.formulas")
    alone = [group[0] for group in groups if group not in formulas]
    if not formulas and not all(part.name for part in alone):  # "Why (2,3) and (3,)?"
        alone = [replace(part, name="") if part.headed else part for part in alone]
    if formulas:
        operator, parts = _formula(formulas[0])
        # A shape without a name that no formula speaks of belongs to it all the same.
        parts = [*(part for part in alone if not part.name), *parts]
    else:
        operator, parts = (
            "",
            list({part.name or number: part for number, part in enumerate(alone)}.values()),
        )
    notes = [*_bare_numbers(parts, bool(formulas)), *_given_twice(found)]
    operands = _operands(parts, bool(formulas))
    _check(operator, operands)
    return Question(operator or _usual(operands), operands, tuple(notes), assumed=not operator)


def _groups(found: Sequence[Found]) -> list[list[Found]]:
    """What operators join, and alone what none does."""
    groups: list[list[Found]] = []
    for part in found:
        if groups and (part.operator or groups[-1][-1].operator):
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def _formula(group: Sequence[Found]) -> tuple[str, list[Found]]:
    """The one operator of a formula, and its operands."""
    operators = [part.operator for part in group[1::2]]
    parts = list(group[::2])
    between = next((part.operator for part in parts if part.operator), "")
    if between or len(parts) == len(operators) or not all(operators):
        raise Mistake("mistake.operand", operator=between or operators[-1])
    for other in operators:
        if other != operators[0]:
            raise Mistake("mistake.operators", first=operators[0], second=other)
    return operators[0], parts


def _bare_numbers(parts: Sequence[Found], formula: bool) -> Iterator[Note]:
    for part in parts:
        if part.bare or (part.digits and not formula):
            size = str(whole(part.digits) if part.digits else part.shape[0])
            text = size if part.digits else f"({size})"
            yield Note("note.bare_number", {"text": text, "shape": f"({size},)"})
            return


def _given_twice(found: Sequence[Found]) -> Iterator[Note]:
    names = [part.name for part in found if part.given]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        yield Note("note.given_twice", {"name": twice})


def _operands(parts: Sequence[Found], formula: bool) -> tuple[Operand, ...]:
    """The operands with a name each; beside an operator a number without brackets is a number."""
    taken = {part.name for part in parts}
    free = iter([name for name in NAMES if name not in taken])
    operands = []
    for part in parts[: OPERANDS + 1]:
        if part.digits and formula:
            operands.append(Operand(part.digits, ()))
        else:
            shape = (whole(part.digits),) if part.digits else part.shape
            operands.append(Operand(part.name or next(free, "_"), shape))
    return tuple(operands)


def _check(operator: str, operands: Sequence[Operand]) -> None:
    tensors = [operand for operand in operands if not is_number(operand)]
    if not tensors:
        raise Mistake("mistake.nothing")
    if len(operands) == 1:
        raise Mistake("mistake.one", shape=str(operands[0].shape))
    if len(operands) > OPERANDS:
        raise Mistake("mistake.operands", most=OPERANDS)
    if len(operands) > 2 and operator and operator not in CHAINED:
        raise Mistake("mistake.two_only", operator=operator)
    if operator in (*IN_PLACE, "@=") and is_number(operands[0]):
        raise Mistake("mistake.into_number", operator=operator)


def _usual(operands: Sequence[Operand]) -> str:
    return "-" if any(names_mean(operand.name) for operand in operands[1:]) else "+"
