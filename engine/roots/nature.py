"""What f is like close to a point: whether it has a root there, a pole, a jump, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from mpmath import mp, mpf

Real = Any  # mpf: mpmath has no types
Function = Callable[[Real], Real]
Ends = tuple[Real, Real]  # a bracket, the lower one first

CLOSE: Final = tuple(mpf(10) ** -power for power in (50, 20, 10))  # of z, the closest first
APART: Final = 3  # powers of ten between the samples of a side
LEVEL: Final = 0.002  # an order p below that is none: f stays
ALIKE: Final = 0.05  # orders that differ by less are one, small ones by a fifth
NOISE: Final = 1000  # a value is seen above so many times its rounding
BLURS: Final = 1000  # a point is looked at from so many of its blurs away
CLEAR: Final = mpf(1) / 2  # of f beside a point: below that, f falls on its way there
FINE: Final = mpf(10) ** -20  # of z: a point that is known no better may hide a steep root


class Kind(StrEnum):
    """What stands at a point."""

    ROOT = "root"
    POLE = "pole"  # f grows without bound, with another sign on each side
    JUMP = "jump"  # f has another sign on each side, and does not come near 0
    NONE = "none"
    UNKNOWN = "unknown"  # too much work to tell


@dataclass(frozen=True, slots=True)
class Spot:
    """A point z is thought to be at, give or take `blur`."""

    x: Real
    blur: Real


ORIGIN: Final = Spot(mpf(0), mpf(0))


@dataclass(frozen=True, slots=True)
class _Side:
    """|f| on one side, at distances h, 10³h and 10⁶h; `orders` are p in |f| ~ distance^p there."""

    values: tuple[Real, ...]

    @property
    def orders(self) -> tuple[float, ...]:
        return tuple(_order(near, far) for near, far in pairwise(map(abs, self.values)))

    @property
    def steady(self) -> bool:
        """Whether |f| follows one power of the distance."""
        near, far = self.orders
        size = max(abs(near), abs(far))
        alike = size < LEVEL or abs(near - far) <= min(ALIKE, size / 5)
        return all(self.values) and alike


def _order(near: Real, far: Real) -> float:
    if not far:
        return 0.0
    near = near or min(mpf(10) ** -mp.dps, far * mpf(10) ** -APART)  # lost in rounding
    return float(mp.log10(far / near)) / APART


def nature(f: Function, spot: Spot) -> tuple[Kind, float]:
    r"""The kind of a point z, and the order p of |f| ~ |x - z|^p at a root (else 1).

    At z ± h, z ± 10³h and z ± 10⁶h, with h from 10^-50·|z| on and above the blur of z, the order
    of f is measured twice on each side. Where the two are not the same, f is lost in rounding
    there, or something else is near: then h grows. There is

    - a root where f falls with p > 0 (m at a root of multiplicity m, 1/2 for sqrt; one side is
      enough) and f(z) is clearly smaller than that, or has no value, or is 0;
    - a pole where f grows, p < 0, with two signs;
    - a jump where it has two signs and stays, p = 0, on at least one side.

    A point without blur is known: there f has to be 0, but for rounding, or to have no value.
    1e200·x³ - 1e-200 is no root at 0, however small it is beside 1e200·h³.

    >>> def at(f, x):
    ...     with mp.workdps(200):
    ...         return nature(f, Spot(mpf(x), mpf(0)))
    >>> at(lambda x: x**3, 0), at(lambda x: 1 / (x - 1) if x != 1 else mp.inf, 1)
    ((<Kind.ROOT: 'root'>, 3.0), (<Kind.POLE: 'pole'>, 1))
    >>> at(lambda x: mp.floor(x) - mpf(1) / 2, 1), at(mp.cos, 0)
    ((<Kind.JUMP: 'jump'>, 1), (<Kind.NONE: 'none'>, 1))
    """
    here, noise = _values_at(f, spot)
    for h in (distances := _distances(spot)):
        found = (_side(f, spot.x, side * h) for side in (-1, 1))
        sides = [each for each in found if each]
        clear = all(each.steady and abs(each.values[0]) > NOISE * noise for each in sides)
        if sides and (clear or h == distances[-1]):
            return _told(sides, here, spot)
    return (Kind.NONE if here[0] else Kind.ROOT), 1


def _told(sides: list[_Side], here: list[Real], spot: Spot) -> tuple[Kind, float]:
    opposite = len(sides) == 2 and sides[0].values[0] * sides[1].values[0] < 0
    if any(each.steady and each.orders[0] < -LEVEL for each in sides):
        return (Kind.POLE if opposite else Kind.NONE), 1
    clearly = CLEAR if spot.blur else mpf(0)
    if falling := [each.orders[0] for each in sides if _falls(each, here, clearly)]:
        return Kind.ROOT, min(falling)
    if not here[0]:
        return Kind.ROOT, 1
    stays = any(each.orders[0] <= LEVEL for each in sides)
    fine = spot.blur <= FINE * max(abs(spot.x), FINE)
    return (Kind.JUMP if opposite and stays and fine else Kind.NONE), 1


def _distances(spot: Spot) -> list[Real]:
    size = abs(spot.x) or 1
    return list(dict.fromkeys(max(each * size, BLURS * spot.blur) for each in CLOSE))


def _side(f: Function, x: Real, h: Real) -> _Side | None:
    """None where f has no value."""
    values = tuple(f(x + h * mpf(10) ** (APART * power)) for power in range(3))
    return _Side(values) if all(map(mp.isfinite, values)) else None


def _values_at(f: Function, spot: Spot) -> tuple[list[Real], Real]:
    """f at the point, then on either side as far as it is blurred; and the rounding of f there."""
    rounded, here = _twice(f, spot.x)
    noise = abs(rounded - here) if mp.isfinite(here) else mpf(0)
    if spot.blur:
        return [here, f(spot.x - spot.blur), f(spot.x + spot.blur)], noise
    return [mpf(0) if _nothing(rounded, here) else here], noise


def is_zero(f: Function, x: Real) -> bool:
    """Whether f is 0 at x, but for rounding.

    >>> is_zero(lambda x: mp.log(x + mp.e) - 1, mpf(0)), is_zero(mp.cos, mpf(0))
    (True, False)
    """
    return _nothing(*_twice(f, x))


def _twice(f: Function, x: Real) -> tuple[Real, Real]:
    """f(x), and with twice the digits."""
    rounded = f(x)
    with mp.workdps(2 * mp.dps):
        return rounded, f(x)


def _nothing(rounded: Real, finer: Real) -> bool:
    """Whether a value vanishes with more digits."""
    return finer == 0 or bool(mp.isfinite(finer) and abs(finer) <= FINE * abs(rounded))


def _falls(side: _Side, here: list[Real], clearly: Real) -> bool:
    """Whether f is on its way to 0 at the point itself, not just beside it."""
    known = [abs(value) for value in here if mp.isfinite(value)]
    small = all(value <= clearly * abs(side.values[0]) for value in known)
    return side.orders[0] > LEVEL and small and bool(known or side.steady)
