"""The text of /root -> a formula of one unknown, its bracket, its start, its tolerance."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.formula.tree import Formula
from engine.records import Note
from engine.records.gradients import Misread


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
    """What a text asks, or what is wrong with it and where. Nothing of it is ever run."""
    raise NotImplementedError
