"""What a function does just left and just right of a point, seen with many digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from mpmath import mp, mpf

from engine.formula.limits import SIDE_DIGITS

Real = Any  # mpf: mpmath has no types

# A smooth function errs by |f''|/2 times the distance; 120 digits leave many at the last one.
DISTANCES: Final = ("1e-12", "1e-18", "1e-24")
SETTLED: Final = 1e-6  # two slopes this close, relatively, are one
FADING: Final = 1e-3  # so little of a slope, a step later, is on its way to 0
NOTHING: Final = 1e-12  # a slope this small is what the distances leave of 0


@dataclass(frozen=True, slots=True)
class Side:
    """One side of x: the limit of f there, and its slope (f(x ± k) - f(x)) / ±k as k → 0.

    Either is None where it does not settle; a slope that grows without end is infinite.
    """

    limit: Real | None
    slope: Real | None


def sides(function: Callable[[Real], Real], size: Real = 1) -> tuple[Side, Side]:
    """Left and right of 0, where `function(k)` is f(x + k); `size` is what counts as 1 there.

    >>> left, right = sides(abs)
    >>> int(left.slope), int(right.slope)
    (-1, 1)
    >>> sides(lambda k: mp.sqrt(k) if k >= 0 else mp.nan)[1].slope
    mpf('+inf')
    """
    with mp.workdps(SIDE_DIGITS):
        here = function(mpf(0))
        return _side(function, here, -size), _side(function, here, +size)


def _side(function: Callable[[Real], Real], here: Real, unit: Real) -> Side:
    distances = [unit * mpf(text) for text in DISTANCES]
    values = [function(distance) for distance in distances]
    if not all(map(mp.isfinite, values)):
        return Side(None, None)
    slopes = [(value - here) / k for value, k in zip(values, distances, strict=True)]
    return Side(_limit(values), _slope(slopes) if mp.isfinite(here) else None)


def _limit(values: list[Real]) -> Real | None:
    *_, before, last = values
    return (last if abs(last) > NOTHING else mpf(0)) if close(before, last) else None


def _slope(slopes: list[Real]) -> Real | None:
    first, second, third = slopes
    if close(second, third):
        fades = abs(third) < abs(first) * FADING  # as that of x^(4/3) does
        return mpf(0) if fades or abs(third) < NOTHING else third
    growing = abs(third) > abs(second) > abs(first) and third * second > 0
    if growing and abs(third - second) > abs(second - first) / 2:
        return mp.sign(third) * mp.inf
    return None


def close(x: Real, y: Real) -> bool:
    """Whether two limits are one: equal, or within 1e-6 of their size (of 1, if that is more)."""
    if not (mp.isfinite(x) and mp.isfinite(y)):
        return bool(x == y)
    return bool(abs(x - y) <= SETTLED * max(1, abs(x), abs(y)))
