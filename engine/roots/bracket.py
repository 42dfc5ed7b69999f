"""A bracket for bisection, found from a single point."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final

from engine.roots.crossing import FURTHER, Sample, crossing

DOUBLINGS: Final = 64
FIRST: Final = 2.0**-7  # of the start's size
BORDER: Final = 30  # halvings
BESIDE: Final = 2.0**-20  # of a bracket
UNDERFLOW: Final = 1e-290
SMALLEST: Final = 2.0**-10  # a size of the start that is never gone below

Function = Callable[[float], float]


def bracket(f: Function, start: float) -> tuple[float, float] | None:
    """[a, b] near `start` with f(a) and f(b) of two signs, or 0 at an end; None where none is seen.

    f is sampled at start ± w·2^k, k = 0, 1, …, 64, w = max(|start|, 2^-10)/128. Each sample is
    compared with its inner neighbour on the same side, so a bracket is no wider than its distance
    from the start, and the one nearest to the start comes first. No bracket reaches over a point
    where f is nan or infinite; instead the border of f's domain is approached from within, by
    halving, as log needs it on its way from 3 to 0. A pole or a jump (see `crossing`), or a
    stretch where f is 0, is passed by, and returned only where there is nothing else; one that
    is 0 by underflow, as exp(-1000), is no root.

    Two roots between neighbouring samples are not seen. Kin: Press et al., Numerical Recipes, 3rd
    edition, section 9.1, zbrac, which widens one interval and keeps all of it, and zbrak, which
    looks into equal parts of a given one; scipy.optimize.elementwise.bracket_root.

    >>> bracket(lambda x: x * x - 2, 1.0)
    (1.25, 1.5)
    >>> bracket(lambda x: x * x + 1, 1.0)
    >>> bracket(lambda x: math.log(x) + 1 if x > 0 else -math.inf, 3.0)
    (0.1875, 0.375)
    """
    if f(start) == 0.0:
        return start, start
    fallback = None
    for inner, outer in _crossed(f, start):
        found = min(inner[0], outer[0]), max(inner[0], outer[0])
        zero = outer[1] == 0.0
        if _isolated(f, inner, outer) if zero else crossing(f, (inner, outer)) is None:
            return found
        if not zero or _border(f, inner, outer) > UNDERFLOW:
            fallback = fallback or found
    return fallback


def _isolated(f: Function, inner: Sample, zero: Sample) -> bool:
    """Whether f is 0 at a point, and not on either side of it."""
    beside = (zero[0] - inner[0]) * BESIDE
    return f(zero[0] + beside) != 0.0 or f(zero[0] - beside) != 0.0


def _border(f: Function, inner: Sample, zero: Sample) -> float:
    """|f| just outside of a stretch of zeros: next to nothing where they are underflow."""
    outside, inside = inner[0], zero[0]
    for _ in range(FURTHER):
        middle = 0.5 * outside + 0.5 * inside
        outside, inside = (outside, middle) if f(middle) == 0.0 else (middle, inside)
    return abs(f(outside))


def _crossed(f: Function, start: float) -> Iterator[tuple[Sample, Sample]]:
    """Neighbouring samples of two signs, the nearest first; the inner one is not 0."""
    inner = {1.0: (start, f(start)), -1.0: (start, f(start))}
    width = max(abs(start), SMALLEST) * FIRST
    for k in range(DOUBLINGS + 1):
        for side, before in inner.items():
            for after in _samples(f, before, start + side * width * 2.0**k):
                if _differ(before[1], after[1]):
                    yield before, after
                before = after
            inner[side] = before


def _samples(f: Function, inner: Sample, x: float) -> Iterator[Sample]:
    """f at x; where f's domain ends or begins on the way there, also at points close to that."""
    outer = (x, f(x) if math.isfinite(x) else math.nan)
    finite = math.isfinite(inner[1]), math.isfinite(outer[1])
    if finite == (True, False) and math.isfinite(x):
        yield from _towards_border(f, inner[0], x)
    if finite == (False, True):
        yield from reversed(list(_towards_border(f, x, inner[0])))
    yield outer


def _towards_border(f: Function, inside: float, outside: float) -> Iterator[Sample]:
    for _ in range(BORDER):
        middle = 0.5 * inside + 0.5 * outside
        value = f(middle)
        if math.isfinite(value):
            inside = middle
            yield middle, value
        else:
            outside = middle


def _differ(inner: float, outer: float) -> bool:
    if not (math.isfinite(inner) and math.isfinite(outer)) or inner == 0.0:
        return False
    return outer == 0.0 or (inner < 0.0) != (outer < 0.0)
