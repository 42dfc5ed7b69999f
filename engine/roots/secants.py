"""A root to many digits by the secant method on f/f', where all roots are simple."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mpmath import mp, mpf

from engine.roots.nature import FINE, ORIGIN, Ends, Function, Real, Spot

STEPS: Final = 100  # a pair of roots 10^-14 apart, between which u has a pole, takes some 80
FINEST: Final = mpf(10) ** -55  # of x: steps so short were the last
FIRST: Final = mpf(10) ** -10  # of u: how far apart the first two points are
NEARER: Final = 10  # u is the distance of a root, divided by its multiplicity
SHORTER: Final = 3


def by_secants(f: Function, df: Function, near: Real, ends: Ends) -> Iterator[Spot]:
    """Zeros of u = f/f' near a point and between the ends; none where it gets nowhere.

    >>> found = by_secants(lambda x: (x - 2) ** 3, lambda x: 3 * (x - 2) ** 2, mpf(1), (0, 3))
    >>> [float(each.x) for each in found]
    [2.0]
    """

    def u(x: Real) -> Real:
        value = f(x)
        return value if value == 0 else value / slope if (slope := df(x)) else mp.nan

    for spot in _settled(f, u, near):
        if ends[0] <= spot.x <= ends[1]:
            if abs(spot.x) <= spot.blur:
                yield ORIGIN
            yield spot


def _settled(f: Function, u: Function, x: Real) -> Iterator[Spot]:
    """Where the steps become short, or u nothing but rounding; 0 where they only come nearer."""
    at_x = u(x)
    before = x + at_x * FIRST
    at_before = u(before) if at_x else mp.inf
    step, approached = mp.inf, False
    for _ in range(STEPS):
        if at_x and max(abs(step), abs(at_x)) <= FINEST * abs(x):
            yield Spot(x, FINEST * abs(x))
            return
        stuck = not at_x or not abs(at_x) < abs(at_before)
        if stuck and mp.isfinite(blur := _blur(f, u, x, abs(step))):
            yield Spot(x, blur)
            return
        step = _secant(x, at_x, before, at_before)
        if not mp.isfinite(step):
            return
        before, at_before = x, at_x
        x, at_x, step = _moved(u, x, step)
        if not approached and abs(x) <= FINE * abs(step):
            yield ORIGIN  # it may come nearer and nearer to 0, and never there
            approached = True


def _blur(f: Function, u: Function, x: Real, step: Real) -> Real:
    """How far from x a root may be where f is only rounding, told with twice the digits; else nan.

    No further than the last step, that came to rounding at once.
    """
    rounded = f(x)
    with mp.workdps(2 * mp.dps):
        finer, distance = f(x), abs(u(x))
    if rounded and abs(finer - rounded) <= abs(rounded) / 2:
        return mp.nan
    return min(step, NEARER * distance) if mp.isfinite(distance) else step


def _secant(x: Real, at_x: Real, before: Real, at_before: Real) -> Real:
    rise = at_x - at_before
    return at_x * (x - before) / rise if rise and mp.isfinite(rise) else mp.nan


def _moved(u: Function, x: Real, step: Real) -> tuple[Real, Real, Real]:
    """x - step, u there, and the step, shortened where it would leave the domain."""
    for _ in range(SHORTER):
        if mp.isfinite(at_moved := u(x - step)):
            break
        step /= 4
    return x - step, at_moved, step
