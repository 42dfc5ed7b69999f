"""The text of /root -> a formula of one unknown, its bracket, its start, its tolerance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from engine.formula.limits import CHARACTERS
from engine.formula.reading.asked_numbers import asked_numbers, twice
from engine.formula.reading.interval import Numbers
from engine.formula.reading.mistakes import Mistake, clipped, misread
from engine.formula.reading.root_formula import root_formula
from engine.formula.reading.root_sections import root_sections
from engine.formula.reading.root_words import Part
from engine.formula.reading.spelled import spelled
from engine.formula.reading.tokens import taken_for_latin, tokens
from engine.formula.tree import Formula
from engine.records import Note
from engine.records.gradients import Misread

_DOTS: Final = re.compile(r"(?<=[\w)]) ?(?:\.{2,3}|…)(?= ?[-+\w(])")  # -10..10


@dataclass(frozen=True, slots=True)
class RootRequest:
    """What a text asks: z with f(z) = 0.

    `formula` has one input; the others have been given their values. An equation became the
    difference of its sides. `bracket`, `start` and `tol` are None where the text gives none.
    """

    formula: Formula
    bracket: tuple[Fraction, Fraction] | None
    start: Fraction | None
    tol: Fraction | None
    dtype: Literal["float64", "float32"]
    notes: tuple[Note, ...]


def read_root(text: str) -> RootRequest | Misread:
    """What a text asks, or what is wrong with it and where. Nothing of it is ever run.

    >>> asked = read_root("x^2 = 2 on 0 2 from 1 tol 1e-8")
    >>> asked.bracket, asked.start, asked.tol
    ((Fraction(0, 1), Fraction(2, 1)), Fraction(1, 1), Fraction(1, 100000000))
    >>> read_root("a*x^2 - 2").note.key
    'mistake.unknowns'
    """
    if len(text) > CHARACTERS:
        line = clipped(text.strip().partition("\n")[0])
        note = Note("mistake.characters", {"count": len(text), "most": CHARACTERS})
        return Misread(note, line, 0, len(line))
    plain = _DOTS.sub(lambda dots: ";".rjust(len(dots[0])), spelled(text))
    try:
        return _request(text, plain)
    except Mistake as mistake:
        return misread(text, plain, mistake)


def _request(text: str, plain: str) -> RootRequest:
    found = tokens(plain)
    notes: list[Note] = []
    parts = root_sections(found, plain)
    said = {token.start for token in (*parts.body, *parts.point)}
    if letters := taken_for_latin([token for token in found if token.start in said], plain):
        notes.append(Note("note.cyrillic", {"letters": ", ".join(letters)}))
    read = root_formula(text, parts.body, parts.point, notes)
    asked = asked_numbers(Numbers(text, plain, read.known), parts.asked, notes)
    start = read.start if asked.start is None else asked.start
    if start is not None and read.start not in (None, start):  # at x=1 from 2
        raise twice(parts.of(Part.START))
    return RootRequest(read.formula, asked.bracket, start, asked.tol, asked.dtype, tuple(notes))
