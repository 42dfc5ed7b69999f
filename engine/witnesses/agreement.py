"""Whether two formulas are one function: tried at points, with fifty digits."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from mpmath import mp, mpf

from engine.formula.exact import exact, values_of
from engine.formula.tree import Array, Node, Point

Real = Any  # mpf: mpmath has no types

TRIES: Final = 4  # points that may be tried for one that counts
SAME: Final = mpf("1e-20")  # 50 digits, less what a formula of a chat may lose of them
SEED: Final = 20_240_101  # the same points each time: an answer does not change when asked again
# Small numbers, so that every function has its domain hit: asin, log, sqrt(x² - 4).
SPANS: Final = ((-1, 1), (0, 3), (-4, 4))
DENOMINATOR: Final = 997


@dataclass(frozen=True, slots=True)
class Compared:
    """At one point: the two values, and whether they are the same."""

    point: Point
    left: Real
    right: Real

    @property
    def same(self) -> bool:
        """Equal, both outside their domain included."""
        return same(self.left, self.right)

    @property
    def defined(self) -> bool:
        """Whether both have a finite value here."""
        return bool(mp.isfinite(self.left) and mp.isfinite(self.right))


def same(x: Real, y: Real) -> bool:
    """Whether two numbers of 50 digits are one, or both are none.

    >>> same(mpf(1) / 3, mpf("0.333")), same(mp.nan, mp.nan), same(mpf(0), mpf("1e-30"))
    (False, True, True)
    """
    if not (mp.isfinite(x) and mp.isfinite(y)):
        return bool(x == y or (mp.isnan(x) and mp.isnan(y)))
    return bool(abs(x - y) <= SAME * max(1, abs(x), abs(y)))


def compared(left: Node, right: Node, point: Point) -> Compared:
    """Two formulas of numbers at one point."""
    values = values_of(point)
    return Compared(point, exact(left, values), exact(right, values))


def random_points(names: Sequence[str], count: int) -> Iterator[Point]:
    """Points of the inputs `names`, all numbers; the same ones each time."""
    draw = random.Random(SEED)
    for number in range(count):
        low, high = SPANS[number % len(SPANS)]
        yield {name: _number(draw, low, high) for name in names}


def _number(draw: random.Random, low: int, high: int) -> Array:
    numerator = draw.randrange(low * DENOMINATOR, high * DENOMINATOR) or 1
    return Array((), (Fraction(numerator, DENOMINATOR),))


def agree(left: Node, right: Node, names: Sequence[str], least: int) -> bool:
    """Whether two formulas of numbers agree wherever both were tried.

    True only when `least` points gave both a finite value, and no point told them apart: there,
    one of them having a value and the other none counts as a difference.

    >>> from engine.formula.request import read_formula
    >>> double, sum_ = (read_formula(f"f(x) = {text}").body for text in ("2x", "x + x"))
    >>> agree(double, sum_, ["x"], 8)
    True
    """
    found = 0
    for point in random_points(names, TRIES * least):
        here = compared(left, right, point)
        if not here.same:
            return False
        found += here.defined
        if found == least:
            return True
    return False


def scalar(point: Mapping[str, Array]) -> bool:
    """Whether all inputs of a point are numbers."""
    return all(not array.shape for array in point.values())
