"""Where a root of f may be: by secants on f/f', and by halving a bracket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mpmath import mp, mpf

from engine.roots.nature import FINE, Function, Real, Spot, is_zero

Ends = tuple[Real, Real]

ORIGIN: Final = Spot(mpf(0), mpf(0))
BRACKETED: Final = 60  # digits
STEPS: Final = 100
HALVINGS: Final = 240  # 40 to the size of a root of any size, 200 to its last digit
FIRST_HALVINGS: Final = 20  # then the secants try again
BESIDE: Final = mpf(10) ** -6  # of a point: f may be too steep there for secants
NEARBY: Final = mpf(10) ** -4  # of max(1, |x|): so wide are brackets that methods end with
LEAST: Final = mpf(10) ** -400  # what is smaller is 0 to floats
FINEST: Final = mpf(10) ** -55  # of x: a step so short was the last one
SETTLED: Final = mpf(10) ** -12  # of x: as near as rounding lets roots of high multiplicity come
NEARER: Final = 10  # u is the distance of a root, divided by its multiplicity
SHORTER: Final = 3
SPENT: Final = 20  # digits: a value that has no more of them has none
APART: Final = 16  # times: ends of one sign that are further apart differ in size


def spots(
    f: Function, df: Function, near: Real, bracket: tuple[float, float] | None
) -> Iterator[Spot]:
    """Where f may have a root near a point, or within a bracket if given, the likeliest first.

    >>> f, df = lambda x: x**2 - 4, lambda x: 2 * x
    >>> with mp.workdps(120):
    ...     print(mp.nstr(next(spots(f, df, mpf(1.5), None)).x, 20))
    2.0
    """
    if not mp.isfinite(f(near)):
        yield Spot(near, mpf(0))
    ends = _ends(bracket) if bracket else (-mp.inf, mp.inf)
    nearby, away = NEARBY * max(1, abs(near)), list[Spot]()
    for spot in _by_secants(f, df, near, ends):
        if abs(spot.x - near) <= nearby:
            yield spot
        else:
            away.append(spot)  # where the sign changes close to `near` is more likely
    for width in (BESIDE * abs(near), nearby):
        yield from _by_halving(f, df, (max(ends[0], near - width), min(ends[1], near + width)))
    yield from away
    if bracket:
        yield from _by_halving(f, df, ends)


def _ends(bracket: tuple[float, float]) -> Ends:
    return mpf(min(bracket)), mpf(max(bracket))


def _by_halving(f: Function, df: Function, ends: Ends) -> Iterator[Spot]:
    """A point between the ends where the sign changes, if it does; secants may be faster."""
    if not f(ends[0]) * f(ends[1]) <= 0:
        return
    if ends[0] < 0 < ends[1] and not mp.isfinite(f(mpf(0))):
        yield ORIGIN
    ends = _halved(f, ends, FIRST_HALVINGS)
    yield from _by_secants(f, df, (ends[0] + ends[1]) / 2, ends)
    lower, upper = _halved(f, ends, HALVINGS)
    spot = Spot((lower + upper) / 2, upper - lower)
    if spot.blur <= LEAST:
        yield Spot(mpf(0), spot.blur)
    elif spot.blur <= FINE * abs(spot.x):
        yield spot


def _by_secants(f: Function, df: Function, near: Real, ends: Ends) -> Iterator[Spot]:
    """Zeros of u = f/f' near a point and between the ends; none where it gets nowhere."""

    def u(x: Real) -> Real:
        value = f(x)
        return value if value == 0 else value / slope if (slope := df(x)) else mp.nan

    for spot in _settled(f, u, near):
        if ends[0] <= spot.x <= ends[1]:
            if abs(spot.x) <= spot.blur:
                yield ORIGIN
            yield spot


def _settled(f: Function, u: Function, x: Real) -> Iterator[Spot]:
    at_x = u(x)
    before = x + at_x * mpf(10) ** -10
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


def _halved(f: Function, ends: Ends, most: int) -> Ends:
    """The ends after so many halvings; the same point twice where f is 0 or infinite there."""
    with mp.workdps(BRACKETED):
        at_lower, at_upper = map(f, ends)
        if at_lower == 0 or at_upper == 0:
            return (ends[0],) * 2 if at_lower == 0 else (ends[1],) * 2
        if not at_lower * at_upper < 0:
            return ends
        lower, upper = _of_one_sign(f, ends, at_lower)
        for _ in range(most):
            if upper - lower <= max(FINEST * abs(upper), LEAST):
                break
            middle = _middle(lower, upper)
            value = f(middle)
            if not mp.isfinite(value) or (value == 0 and is_zero(f, middle)):
                return middle, middle
            lower, upper = (middle, upper) if value * at_lower > 0 else (lower, middle)
        return lower, upper


def _of_one_sign(f: Function, ends: Ends, at_lower: Real) -> Ends:
    """The half of a bracket around 0 that has the root, where f has a sign at 0."""
    lower, upper = ends
    if not lower < 0 < upper or mp.isnan(value := f(mpf(0))):
        return ends
    return (
        mpf(0) if value * at_lower >= 0 else lower,
        mpf(0) if value * at_lower <= 0 else upper,
    )


def _middle(lower: Real, upper: Real) -> Real:
    """Half of the way, or, between ends of one sign that differ in size, of the exponents."""
    small, large = sorted((abs(lower), abs(upper)))
    if lower < 0 < upper or large <= APART * small:
        return (lower + upper) / 2
    size = mp.sqrt(small * large) if small else large * min(large, 1 / large, mpf(2) ** -APART)
    return size if upper > 0 else -size
