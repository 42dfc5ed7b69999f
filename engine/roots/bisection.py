"""Bisection: half of a bracket is a bracket again."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from engine.records.roots import Method, Status
from engine.roots.crossing import crossing
from engine.roots.solution import Solution, Visit

Real = Any  # a float, or a tensor of one number: the loops are the same for both
Function = Callable[[float], float]
Trail = list[tuple[Real, Real, Real, Real]]  # x, f(x), and the bracket that x was tried in
Rows = list[tuple[float, float, float, float]]  # the same as floats, the lower end first

_HIGH, _LOW = math.inf, -math.inf


def bisection(f: Function, lower: float, upper: float, tol: float) -> Solution:
    """z with f(z) = 0 within tol/2, where f is continuous and has two signs at the ends.

    The middle of [a, b] takes the place of the end that has its sign, while b - a > tol:
    n = ⌈log₂((b - a)/tol)⌉ halvings, whatever f is. The root is the middle of the last bracket.
    An end, or a middle, where f is 0 is the root and ends it. Ends in the wrong order are swapped.
    A bracket of neighbouring floats that is still wider than tol has STAGNATED.

    A change of sign proves no root: see `crossing` for POLE and JUMP, for which f is looked at
    further, down to neighbouring floats. These looks are not counted; `evaluations` are the two
    ends and the middles. In the trace a visit is a middle with the bracket it is the middle of.
    To be timed: `halve`, the bare loop.

    Source: R. P. Brent, Algorithms for Minimization without Derivatives, 1973, chapter 4;
    Press et al., Numerical Recipes, 3rd edition, section 9.1 (rtbis).

    >>> found = bisection(lambda x: x * x - 2, 0.0, 2.0, 1e-5)
    >>> found.status.value, found.iterations, found.evaluations, abs(found.root**2 - 2) < 1e-4
    ('converged', 18, 20, True)
    >>> bisection(math.tan, 1.0, 2.0, 1e-5).status.value
    'pole'
    """
    lower, upper = min(lower, upper), max(lower, upper)
    trail: Trail = []
    negative, positive, halvings = halve(f, lower, upper, tol, trail)
    return bisected(f, (negative, positive), halvings, trail, tol)


def halve(
    f: Callable[[Real], Real], lower: Real, upper: Real, tol: float, trail: Trail | None = None
) -> tuple[Real, Real, int]:
    """The bare loop: (where f < 0, where f > 0, halvings), the same point twice where f is 0.

    It stops at once where the signs of the ends do not differ. Floats in, floats out; tensors of
    one number likewise. A `trail` gets every evaluation; without one nothing is kept.

    >>> halve(lambda x: x - 0.3, 0.0, 1.0, 0.25)
    (0.25, 0.5, 2)
    """
    negative, positive, differ = signs(f, lower, upper, trail)
    halvings = 0
    while differ and abs(positive - negative) > tol:
        middle = 0.5 * negative + 0.5 * positive  # the sum of huge ends would overflow
        if not negative != middle != positive:
            break
        value = f(middle)
        halvings += 1
        if trail is not None:
            trail.append((middle, value, negative, positive))
        if _LOW < value < 0.0:
            negative = middle
        elif 0.0 < value < _HIGH:
            positive = middle
        elif value == 0.0:
            return middle, middle, halvings
        else:
            break
    return negative, positive, halvings


def signs(
    f: Callable[[Real], Real], lower: Real, upper: Real, trail: Trail | None
) -> tuple[Real, Real, bool]:
    """The ends, the one where f < 0 first, and whether there is a sign change to follow.

    >>> signs(lambda x: 1 - x, 0.0, 3.0, None), signs(lambda x: x, 0.0, 3.0, None)
    ((3.0, 0.0, True), (0.0, 0.0, False))
    """
    at_lower, at_upper = f(lower), f(upper)
    if trail is not None:
        trail += [(lower, at_lower, lower, upper), (upper, at_upper, lower, upper)]
    if at_lower == 0.0 or at_upper == 0.0:
        end = lower if at_lower == 0.0 else upper
        return end, end, False
    if _LOW < at_lower < 0.0 < at_upper < _HIGH:
        return lower, upper, True
    return upper, lower, _LOW < at_upper < 0.0 < at_lower < _HIGH


def bisected(
    f: Function,
    ends: tuple[Real, Real],
    halvings: int,
    trail: Trail,
    tol: float,
    eps: float = 0.0,
) -> Solution:
    """What `halve` came to, from all it saw, as floats; f, right to `eps`, is asked more."""
    rows = as_rows(trail)
    negative, positive = map(float, ends)
    status = status_of_ends(rows) or _status(f, rows, abs(positive - negative), tol, eps)
    root, residual = _root(f, status, negative, positive, rows)
    return Solution(
        Method.BISECTION,
        status,
        root,
        residual,
        abs(positive - negative),
        halvings,
        len(rows),
        0,
        tuple(
            Visit(x, value, count, lower, upper)
            for count, (x, value, lower, upper) in enumerate(rows[2:], 3)
        ),
    )


def status_of_ends(rows: Rows) -> Status | None:
    """How a search within a bracket ends before it has begun; None where it can begin.

    >>> status_of_ends([(0.0, 1.0, 0.0, 3.0), (3.0, 10.0, 0.0, 3.0)]).value
    'no_sign_change'
    """
    first, second = rows[0][1], rows[1][1]
    if first == 0.0 or second == 0.0:
        return Status.CONVERGED
    if not (math.isfinite(first) and math.isfinite(second)):
        return Status.NON_FINITE
    return Status.NO_SIGN_CHANGE if (first < 0.0) == (second < 0.0) else None


def as_rows(trail: Trail) -> Rows:
    """A trail as floats, each bracket with its lower end first.

    >>> as_rows([(1.0, 2.0, 3.0, 0.0)])
    [(1.0, 2.0, 0.0, 3.0)]
    """
    return [
        (float(x), float(value), min(float(a), float(b)), max(float(a), float(b)))
        for x, value, a, b in trail
    ]


def _status(f: Function, rows: Rows, width: float, tol: float, eps: float) -> Status:
    value = rows[-1][1]
    if not math.isfinite(value):
        return Status.NON_FINITE
    if value == 0.0:
        return Status.CONVERGED
    through = crossing(f, [row[:2] for row in rows], eps)
    return through or (Status.STAGNATED if width > tol else Status.CONVERGED)


def _root(
    f: Function, status: Status, negative: float, positive: float, rows: Rows
) -> tuple[float, float]:
    """The root, and |f| there."""
    if status is Status.NO_SIGN_CHANGE:
        return math.nan, math.nan
    if status is Status.NON_FINITE:
        return next((x, math.nan) for x, value, *_ in reversed(rows) if not math.isfinite(value))
    if status is Status.STAGNATED:
        return min(((x, abs(value)) for x, value, *_ in rows), key=lambda each: each[1])
    middle = 0.5 * negative + 0.5 * positive
    return middle, abs(f(middle))
