"""The root itself, at fifty digits, and whether it is one: what every method is held to."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from mpmath import mp, mpf

from engine.derivation import derivative
from engine.formula.exact import exact
from engine.formula.limits import DIGITS, SIDE_DIGITS
from engine.formula.tree import Formula, Node
from engine.formula.work import work
from engine.roots.nature import ORIGIN, Function, Kind, Real, Spot, is_zero, nature
from engine.roots.purse import Purse, Spent
from engine.roots.spots import spots
from engine.roots.underflow import underflows

__all__ = ["ExactRoot", "Kind", "exact_root"]

FINER: Final = 320  # digits: f = (x - z)^6 multiplied out leaves a sixth of them to z
LARGEST: Final = 2_500  # numbers handled by f and f' together, some 5 µs each
MOST_S: Final = 0.25  # of the processor: erf of 10 to 30 takes hundreds of times as long
WHOLE: Final = 0.05  # an order is whole as near as that
DOUBLE: Final = 2  # the highest multiplicity for which 120 digits do


@dataclass(frozen=True, slots=True)
class ExactRoot:
    """`value` is an mpf, nan where the kind is NONE or UNKNOWN; right to 50 digits, but for roots
    of multiplicity above 6 that are multiplied out.

    `order` is p where |f| ~ |x - z|^p near z: 1 at a simple root, 1/2 for sqrt; 1 where there is
    no root.
    """

    value: Real
    order: float
    kind: Kind

    @property
    def multiplicity(self) -> int:
        """The order where it is whole, else 0: x^1.5 has none at its root."""
        whole = round(self.order)
        return whole if abs(self.order - whole) < WHOLE else 0


_NONE: Final = ExactRoot(mp.nan, 1, Kind.NONE)
_UNKNOWN: Final = ExactRoot(mp.nan, 1, Kind.UNKNOWN)


def exact_root(
    formula: Formula,
    near: float,
    bracket: tuple[float, float] | None = None,
    slope: Node | None = None,
    most_s: float = MOST_S,
) -> ExactRoot:
    r"""The root, pole or jump of f near `near`, or within `bracket` if given, at 50 digits.

    u = f/f' has a simple zero wherever f ~ c·(x - z)^p, p ≠ 0: a simple root (p = 1), a multiple
    one (p = m), sqrt and the cube root at 0 (p = 1/2, 1/3), a pole (p < 0). So z is sought by the
    secant method on u, whatever p is, with 120 digits, and 320 for a root of high multiplicity;
    where that leads nowhere, by halving the bracket. `nature` then measures p on both sides of z,
    and so tells what z is.

    `slope` is f' where the caller has it. It takes some milliseconds of the processor; where
    `most_s` seconds are not enough it is UNKNOWN. Where `near` is nan, the middle of the bracket
    is meant.

    Source: E. Schröder, Über unendlich viele Algorithmen zur Auflösung der Gleichungen, 1870;
    J. F. Traub, Iterative Methods for the Solution of Equations, 1964, section 7.3.

    Raises:
        TooLong: no slope is given, and f' is too long to be written down.

    >>> from engine.formula.request import read_formula
    >>> found = exact_root(read_formula("(x^2 - 2)^3"), 1.4)
    >>> mp.nstr(found.value, 20), found.multiplicity, found.kind.value
    ('1.4142135623730950488', 3, 'root')
    >>> exact_root(read_formula("tan(x)"), 1.57, (1.0, 2.0)).kind.value
    'pole'
    >>> exact_root(read_formula("exp(x)"), -12.0).kind.value
    'none'
    """
    (name,) = formula.inputs
    df = derivative(formula, name, {}) if slope is None else slope
    if bracket is not None and not math.isfinite(near):
        near = 0.5 * bracket[0] + 0.5 * bracket[1]
    handled = work(formula.body, {}).total + work(df, {}).total
    if handled > LARGEST or not math.isfinite(near):
        return _UNKNOWN
    purse = Purse(most_s)
    f, slope_at = (partial(purse.pay, _function(each, name)) for each in (formula.body, df))
    found, seek = _UNKNOWN, mpf(near)
    try:
        for digits in (SIDE_DIGITS, FINER):
            with mp.workdps(digits):
                found = _found(f, slope_at, spots(f, slope_at, seek, bracket))
            if found.order < DOUBLE + WHOLE:
                break
            seek = found.value
    except Spent:
        pass  # what 120 digits say is better than nothing
    return found


def _found(f: Function, df: Function, likely: Iterator[Spot]) -> ExactRoot:
    for spot in likely:
        kind, order = nature(f, spot)
        if kind is not Kind.NONE:
            if order > 1 and spot == ORIGIN and _simple(df):
                order = 1
            with mp.workdps(DIGITS):
                return ExactRoot(+spot.x, order, kind)
    return _NONE


def _simple(df: Function) -> bool:
    """Whether f' is not 0 at 0: a root there is simple, however large the higher powers are."""
    return bool(mp.isfinite(df(ORIGIN.x))) and not is_zero(df, ORIGIN.x)


def _function(body: Node, name: str) -> Function:
    def value(x: Real) -> Real:
        found = exact(body, {name: x}, mp.dps)
        return mp.nan if found == 0 and underflows(body, {name: x}) else found

    return value
