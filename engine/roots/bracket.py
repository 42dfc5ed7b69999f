"""A bracket for bisection, found from a single point."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final

from engine.roots.crossing import Sample, crossing

DOUBLINGS: Final = 64
FIRST: Final = 2.0**-7  # of the start's size
BORDER: Final = 30  # halvings
SMALLEST: Final = 2.0**-10  # a size of the start that is never gone below

Function = Callable[[float], float]


def bracket(f: Function, start: float) -> tuple[float, float] | None:
    """[a, b] near `start` with f(a) and f(b) of two signs, or 0 at an end; None where none is seen.

    f is sampled at start ± w·2^k, k = 0, 1, …, 64, w = max(|start|, 2^-10)/128. Each sample is
    compared with its inner neighbour on the same side, so a bracket is no wider than its distance
    from the start, and the one nearest to the start comes first. No bracket reaches over a point
    where f is nan or infinite; instead the border of f's domain is approached from within, by
    halving, as log needs it on its way from 3 to 0. A pole or a jump (see `crossing`) is passed
    by, and returned only where there is nothing else.

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
        if outer[1] == 0.0 or crossing(f, (inner, outer)) is None:
            return found
        fallback = fallback or found
    return fallback


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
    """f at x; where it leaves its domain between, first some points on the way to the border."""
    value = f(x) if math.isfinite(x) else math.nan
    if math.isfinite(inner[1]) and math.isfinite(x) and not math.isfinite(value):
        inside, outside = inner[0], x
        for _ in range(BORDER):
            middle = 0.5 * inside + 0.5 * outside
            at_middle = f(middle)
            if math.isfinite(at_middle):
                inside = middle
                yield middle, at_middle
            else:
                outside = middle
    yield x, value


def _differ(inner: float, outer: float) -> bool:
    if not (math.isfinite(inner) and math.isfinite(outer)) or inner == 0.0:
        return False
    return outer == 0.0 or (inner < 0.0) != (outer < 0.0)
