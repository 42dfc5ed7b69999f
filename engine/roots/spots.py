"""Where a root of f may be: close to where a method ended, or else within its bracket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mpmath import mp, mpf

from engine.roots.halving import halved, spot_of
from engine.roots.nature import ORIGIN, Ends, Function, Real, Spot
from engine.roots.secants import by_secants

FIRST_HALVINGS: Final = 20  # then the secants try again
BESIDE: Final = mpf(10) ** -6  # of a point: f may be too steep there for secants
NEARBY: Final = mpf(10) ** -4  # of max(1, |x|): so wide are brackets that methods end with


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
        yield Spot(near, ORIGIN.blur)
    ends = _ends(bracket) if bracket else (-mp.inf, mp.inf)
    nearby, away = NEARBY * max(1, abs(near)), list[Spot]()
    for spot in by_secants(f, df, near, ends):
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
    if ends[0] < 0 < ends[1] and not mp.isfinite(f(ORIGIN.x)):
        yield ORIGIN
    ends = halved(f, ends, FIRST_HALVINGS)
    yield from by_secants(f, df, (ends[0] + ends[1]) / 2, ends)
    if spot := spot_of(halved(f, ends)):
        yield spot
