"""The root itself, at fifty digits, and whether it is one: what every method is held to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from mpmath import mp, mpf

from engine.derivation import derivative
from engine.formula.exact import exact
from engine.formula.limits import DIGITS, SIDE_DIGITS
from engine.formula.tree import Formula, Node
from engine.formula.work import work
from engine.roots.nature import Kind, Spot, nature
from engine.roots.underflow import underflows

Real = Any  # mpf: mpmath has no types

__all__ = ["ExactRoot", "Kind", "exact_root"]

FINER: Final = 320  # digits: f = (x - z)^6 multiplied out leaves a sixth of them to z
BRACKETED: Final = 60  # digits
BUDGET: Final = 60_000  # numbers handled, some 5 to 20 µs each
STEPS: Final = 30
DOUBLE: Final = 2  # the highest multiplicity for which 120 digits do
HALVINGS: Final = 220
FIRST_HALVINGS: Final = 12  # then the secants try again
LEAST: Final = 24  # evaluations, without which nothing is said
FINEST: Final = mpf(10) ** -55  # of x: a step so short was the last one
FINE: Final = mpf(10) ** -20  # of x: a bracket so narrow is a point
SETTLED: Final = mpf(10) ** -12  # of x: as near as rounding lets roots of high multiplicity come
SHORTER: Final = 3
SPENT: Final = 20  # digits: a value that has no more of them has none


@dataclass(frozen=True, slots=True)
class ExactRoot:
    """`value` is an mpf, nan where the kind is NONE or UNKNOWN; right to 50 digits, but for roots
    of multiplicity above 6 that are multiplied out.

    `multiplicity` is m where |f| ~ |x - z|^m near z, rounded, at least 1; 1 where there is no root.
    """

    value: Real
    multiplicity: int
    kind: Kind


_NONE: Final = ExactRoot(mp.nan, 1, Kind.NONE)
_UNKNOWN: Final = ExactRoot(mp.nan, 1, Kind.UNKNOWN)


def exact_root(
    formula: Formula,
    near: float,
    bracket: tuple[float, float] | None = None,
    slope: Node | None = None,
) -> ExactRoot:
    r"""The root, pole or jump of f near `near`, or within `bracket` if given, at 50 digits.

    u = f/f' has a simple zero wherever f ~ c·(x - z)^p, p ≠ 0: a simple root (p = 1), a multiple
    one (p = m), sqrt and the cube root at 0 (p = 1/2, 1/3), a pole (p < 0). So z is sought by the
    secant method on u, whatever p is, with 120 digits, and 320 for a root of high multiplicity;
    where that leads nowhere, by halving the bracket. `nature` then measures p on both sides of z,
    and so tells what z is.

    `slope` is f' where the caller has it. It takes some milliseconds; a formula too large for
    that is UNKNOWN, unless its root is soon found. Where `near` is nan, the middle of the bracket
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
    size = work(formula.body, {}).total + work(df, {}).total
    most = BUDGET // size
    if most < LEAST or not math.isfinite(near):
        return _UNKNOWN
    f, slope_at = _function(formula.body, name), _function(df, name)
    found = _NONE
    for digits in (SIDE_DIGITS, FINER):
        with mp.workdps(digits):
            found = _found(f, _spots(f, slope_at, near, bracket, most))
        if found.multiplicity <= DOUBLE:
            break
    enough = 2 * STEPS if bracket is None else HALVINGS
    return found if found.kind is not Kind.NONE or most >= enough else _UNKNOWN


Function = Callable[[Real], Real]


def _found(f: Function, spots: Iterator[Spot]) -> ExactRoot:
    for spot in spots:
        kind, multiplicity = nature(f, spot)
        if kind is not Kind.NONE:
            with mp.workdps(DIGITS):
                return ExactRoot(+spot.x, multiplicity, kind)
    return _NONE


def _function(body: Node, name: str) -> Function:
    def value(x: Real) -> Real:
        found = exact(body, {name: x}, mp.dps)
        return mp.nan if found == 0 and underflows(body, {name: x}) else found

    return value


def _spots(
    f: Function, df: Function, near: float, bracket: tuple[float, float] | None, most: int
) -> Iterator[Spot]:
    """Where a root may be, the likeliest first."""
    if bracket is None:
        yield from _by_secants(f, df, mpf(near), most)
        return
    ends = mpf(min(bracket)), mpf(max(bracket))
    yield from _by_secants(f, df, mpf(near), most, ends)
    with mp.workdps(BRACKETED):
        ends = _halved(f, ends, min(FIRST_HALVINGS, most))
    yield from _by_secants(f, df, (ends[0] + ends[1]) / 2, most, ends)
    with mp.workdps(BRACKETED):
        lower, upper = _halved(f, ends, min(HALVINGS, most))
        spot = Spot((lower + upper) / 2, upper - lower)
    if spot.blur <= FINE * max(abs(spot.x), FINE):
        yield Spot(mpf(0), spot.blur) if abs(spot.x) <= spot.blur else spot


def _by_secants(
    f: Function, df: Function, near: Real, most: int, ends: tuple[Real, Real] | None = None
) -> Iterator[Spot]:
    """A zero of u = f/f' near a point, and between the ends if any; none where it gets nowhere."""

    seen: list[Spot] = []

    def u(x: Real) -> Real:
        value = f(x)
        if abs(value) <= mpf(10) ** (
            SPENT - mp.dps
        ):  # nothing but rounding is left of f: as near as it gets
            seen.append(Spot(x, SETTLED * abs(x)))
        return value if value == 0 else value / slope if (slope := df(x)) else mp.nan

    for spot in (_settled(u, near, min(STEPS, most // 2)), *seen[:1]):
        if spot is not None and (ends is None or ends[0] <= spot.x <= ends[1]):
            yield spot


def _settled(u: Function, near: Real, most: int) -> Spot | None:
    x, at_x = near, u(near)
    if at_x == 0:
        return Spot(x, mpf(0))
    before = x + at_x * mpf(10) ** -10
    at_before = u(before)
    step = mp.inf
    for _ in range(most):
        last, step = step, _secant(x, at_x, before, at_before)
        if abs(last) <= SETTLED * abs(x) and not abs(step) < abs(last):
            return Spot(x, abs(last))  # from here on it is rounding that moves x
        if not mp.isfinite(step):
            return None
        before, at_before = x, at_x
        x, at_x, step = _moved(u, x, step)
        if abs(x) <= FINE * abs(step):  # it comes nearer and nearer to 0, and never there
            return Spot(mpf(0), mpf(0))
        if at_x == 0 or abs(step) <= FINEST * abs(x):
            return Spot(x, abs(step) if at_x else mpf(0))
    return None


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


def _halved(f: Function, ends: tuple[Real, Real], most: int) -> tuple[Real, Real]:
    """The ends after so many halvings; the same point twice where f is 0 or infinite there."""
    lower, upper = ends
    at_lower, at_upper = f(lower), f(upper)
    if at_lower == 0 or at_upper == 0:
        return (lower, lower) if at_lower == 0 else (upper, upper)
    if not at_lower * at_upper < 0:
        return ends
    for _ in range(most):
        middle = (lower + upper) / 2
        value = f(middle)
        if value == 0 or not mp.isfinite(value):
            return middle, middle
        lower, upper = (middle, upper) if value * at_lower > 0 else (lower, middle)
        if upper - lower <= FINEST * abs(middle):
            break
    return lower, upper
