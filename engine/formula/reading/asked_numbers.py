"""Bracket, start, tolerance and dtype of /root, out of the parts behind the formula."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from engine.formula.reading.asked import Asked
from engine.formula.reading.interval import Numbers
from engine.formula.reading.mistakes import Mistake, clipped
from engine.formula.reading.root_words import DTYPES, Part
from engine.formula.reading.rounding import Dtype, rounded
from engine.formula.reading.tokens import Token
from engine.formula.writing.number_text import number_text
from engine.records import Note

_LEAST: Final = Fraction(1, 10**300)
_MISSING: Final = {
    Part.BRACKET: "mistake.bracket_two",
    Part.START: "mistake.start_one",
    Part.TOLERANCE: "mistake.tol_one",
}
_OFTEN: Final = (Part.POINT, Part.POLITE)  # may be said more than once
_SINGLE: Final = (Part.DTYPE, Part.POLITE)


@dataclass(frozen=True, slots=True)
class AskedNumbers:
    """What a text gives; None where it gives none."""

    bracket: tuple[Fraction, Fraction] | None
    start: Fraction | None
    tol: Fraction | None
    dtype: Dtype


def asked_numbers(numbers: Numbers, asked: Sequence[Asked], notes: list[Note]) -> AskedNumbers:
    """The numbers of all parts; raises `Mistake`."""
    return _Asking(numbers, notes).answer(asked)


@dataclass(slots=True)
class _Asking:
    numbers: Numbers
    notes: list[Note]

    def answer(self, asked: Sequence[Asked]) -> AskedNumbers:
        parts: dict[Part, Asked] = {}
        for each in asked:
            part = self._part(each)
            if part in _MISSING and not each.tokens:
                raise Mistake(_MISSING[part], each.word.start, each.word.end)
            if part in parts and part not in _OFTEN:
                raise twice(each)
            parts[part] = each
        dtype = self._dtype(parts)
        return AskedNumbers(
            self._bracket(parts.get(Part.BRACKET), dtype),
            self._start(parts.get(Part.START), dtype),
            self._tol(parts.get(Part.TOLERANCE)),
            dtype,
        )

    def _part(self, asked: Asked) -> Part:
        """`from 0 to 1` is a bracket."""
        if asked.part is Part.START and self.numbers.ranges(asked.tokens):
            return Part.BRACKET
        if asked.part in _SINGLE:
            for token in asked.tokens[1 if asked.part is Part.DTYPE else 0 :]:
                raise _word(token)
        return asked.part

    def _dtype(self, parts: dict[Part, Asked]) -> Dtype:
        asked = parts.get(Part.DTYPE)
        if asked is None:
            return "float64"
        name = asked.tokens[0] if asked.tokens else asked.word
        if name.text not in DTYPES:
            raise _word(name)
        return DTYPES[name.text]

    def _bracket(self, asked: Asked | None, dtype: Dtype) -> tuple[Fraction, Fraction] | None:
        if asked is None:
            return None
        (low, high), doubtful = self.numbers.two(asked.tokens)
        start, end = asked.tokens[0].start, asked.tokens[-1].end
        bounds = [rounded(low, dtype), rounded(high, dtype)]
        if not all(map(math.isfinite, bounds)):
            text = clipped(self.numbers.text[start:end])
            raise Mistake("mistake.beyond", start, end, text=text, dtype=dtype)
        if bounds[0] == bounds[1]:
            raise Mistake("mistake.bracket_same", start, end)
        if low > high:
            low, high = high, low
        values = {"low": number_text(low), "high": number_text(high)}
        if bounds[0] > bounds[1]:
            self.notes.append(Note("note.swapped", values))
        elif doubtful:
            text = clipped(self.numbers.text[start:end])
            self.notes.append(Note("note.bracket", {"text": text, **values}))
        return low, high

    def _start(self, asked: Asked | None, dtype: Dtype) -> Fraction | None:
        if asked is None:
            return None
        value = self.numbers.one(asked.tokens, "mistake.start_one")
        if not math.isfinite(rounded(value, dtype)):
            start, end = asked.tokens[0].start, asked.tokens[-1].end
            text = clipped(self.numbers.text[start:end])
            raise Mistake("mistake.beyond", start, end, text=text, dtype=dtype)
        return value

    def _tol(self, asked: Asked | None) -> Fraction | None:
        if asked is None:
            return None
        value = self.numbers.one(asked.tokens, "mistake.tol_one")
        if not _LEAST <= value <= 1:
            raise Mistake("mistake.tol_range", asked.tokens[0].start, asked.tokens[-1].end)
        return value


def twice(asked: Asked) -> Mistake:
    """What to say of a part that says again what was said."""
    end = asked.tokens[-1].end if asked.tokens else asked.word.end
    return Mistake("mistake.root_twice", asked.word.start, end)


def _word(token: Token) -> Mistake:
    return Mistake("mistake.root_word", token.start, token.end, word=clipped(token.text))
