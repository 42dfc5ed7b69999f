"""What f is like close to a point: whether it has a root there, a pole, a jump, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from mpmath import mp, mpf

Real = Any  # mpf: mpmath has no types
Function = Callable[[Real], Real]

CLOSE: Final = mpf(10) ** -20  # of x
APART: Final = 5  # powers of ten between the two samples of a side
LEVEL: Final = 0.02  # an order p below that is none: f stays


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


@dataclass(frozen=True, slots=True)
class _Side:
    """f on one side: at distance h, and at 10^5·h; `order` is p in |f| ~ distance^p."""

    near: Real
    far: Real

    @property
    def exists(self) -> bool:
        return bool(mp.isfinite(self.near) and mp.isfinite(self.far))

    @property
    def order(self) -> float:
        if self.far == 0:
            return 1.0 if self.near == 0 else 0.0
        near = abs(self.near) or mpf(10) ** -mp.dps  # 0 beside a root: f is lost in rounding there
        return float(mp.log10(abs(self.far) / near) / APART)

    @property
    def vanishes(self) -> bool:
        return self.exists and self.order > LEVEL

    @property
    def grows(self) -> bool:
        return self.exists and self.order < -LEVEL


def nature(f: Function, spot: Spot) -> tuple[Kind, int]:
    r"""The kind of a point, and its multiplicity as a root (else 1).

    At z ± h and z ± 10⁵·h the order p of |f| ~ h^p is measured, p = log₁₀(|f|/|f|')/5, with h
    about 10^-20·|z| and above the blur of z: f falls to 0 with p > 0 (a root, of multiplicity p
    rounded; p = 1/2 for sqrt, and one side is enough), grows with p < 0 (a pole), and where p = 0
    it jumps, or has nothing. Rounding cannot fool it as long as p·20 is well below the digits.

    >>> def at(f, x):
    ...     with mp.workdps(200):
    ...         return nature(f, Spot(mpf(x), mpf(0)))
    >>> at(lambda x: x**3, 0), at(lambda x: 1 / (x - 1) if x != 1 else mp.inf, 1)
    ((<Kind.ROOT: 'root'>, 3), (<Kind.POLE: 'pole'>, 1))
    >>> at(lambda x: mp.floor(x) - mpf(1) / 2, 1), at(mp.cos, 0)
    ((<Kind.JUMP: 'jump'>, 1), (<Kind.NONE: 'none'>, 1))
    """
    h = max(CLOSE * (abs(spot.x) or 1), 1000 * spot.blur)
    left, right = (
        _Side(f(spot.x + side * h), f(spot.x + side * h * mpf(10) ** APART)) for side in (-1, 1)
    )
    here = f(spot.x)
    vanishing = [side for side in (left, right) if side.vanishes]
    opposite = left.exists and right.exists and left.near * right.near < 0
    if left.grows or right.grows:
        return (Kind.POLE if opposite else Kind.NONE), 1
    if here == 0 or any(_attained(here, side) for side in vanishing):
        orders = [side.order for side in vanishing]
        return Kind.ROOT, max(1, round(min(orders, default=1)))
    return (Kind.JUMP if opposite else Kind.NONE), 1


def _attained(here: Real, side: _Side) -> bool:
    """Whether f is on its way to 0 at the point itself, not just beside it."""
    return not mp.isfinite(here) or bool(abs(here) <= abs(side.near))
