"""Newton's method within a bracket: bisection wherever a step cannot be trusted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from engine.records.roots import Method, Status
from engine.roots.bisection import Rows, Trail, as_rows, signs, status_of_ends
from engine.roots.crossing import crossing
from engine.roots.ending import arrival
from engine.roots.newton import EPS
from engine.roots.solution import Solution, Visit

Function = Callable[[float], float]

MOST: Final = 2_200  # so many halvings exhaust the widest bracket of floats
_INF: Final = math.inf


def safeguarded(
    f: Function,
    df: Function,
    lower: float,
    upper: float,
    start: float,
    tol: float,
) -> Solution:
    """z with |f(z)| <= tol, where f has two signs at the ends of [lower, upper].

    Newton's step from x is taken when it stays within the bracket and is at most half as long as
    the step before the last one; else the bracket is halved. Every x takes the place of the end
    that has its sign. So it is never much slower than bisection, and near a root as fast as
    Newton. A start outside of the bracket is replaced by its middle.

    Statuses are those of `bisection` and, where |f| <= tol, of `arrival`; a bracket of
    neighbouring floats with |f| above tol has STAGNATED. `evaluations` counts the two ends too;
    in the trace a visit is an x with the bracket that it was tried in. To be timed: `enclose`.

    Source: Press et al., Numerical Recipes, 3rd edition, section 9.4 (rtsafe); the same idea
    with the secant in place of the tangent: R. P. Brent, Algorithms for Minimization without
    Derivatives, 1973, chapter 4, and scipy.optimize.brentq.

    >>> found = safeguarded(math.atan, lambda x: 1 / (1 + x * x), -10.0, 9.0, 1.5, 1e-5)
    >>> found.status.value, found.iterations, abs(found.root) < 1e-5
    ('converged', 4, True)
    """
    lower, upper = min(lower, upper), max(lower, upper)
    trail: Trail = []
    _, value, steps, slopes = enclose(f, df, lower, upper, start, tol, trail)
    rows = as_rows(trail)
    status = status_of_ends(rows)
    if status is None:
        x = rows[-1][0]
        status = _status(f, rows, value, tol) or arrival(x, tol, EPS, lambda z: (f(z), df(z)))
    x, residual = _root(status, rows)
    return Solution(
        Method.SAFEGUARDED,
        status,
        x,
        residual,
        abs(rows[-1][0] - rows[-2][0]) if steps else math.nan,
        steps,
        len(rows),
        slopes,
        _visits(rows),
    )


def enclose(
    f: Function,
    df: Function,
    lower: float,
    upper: float,
    start: float,
    tol: float,
    trail: Trail | None = None,
) -> tuple[float, float, int, int]:
    """The bare loop: (x, f(x), steps, evaluations of f'). A `trail` gets every evaluation of f.

    It stops at once, with x an end, where an end is the root or the signs do not differ.

    >>> enclose(lambda x: x**2 - 4, lambda x: 2 * x, 0.0, 5.0, 2.0, 1e-5)
    (2.0, 0.0, 0, 0)
    """
    negative, positive, differ = signs(f, lower, upper, trail)
    if not differ:
        return negative, 0.0 if negative == positive else math.nan, 0, 0
    inside = min(lower, upper) < start < max(lower, upper)
    x = start if inside else 0.5 * negative + 0.5 * positive
    older = last = abs(positive - negative)
    value, steps, slopes = f(x), 0, 0
    if trail is not None:
        trail.append((x, value, negative, positive))
    while tol < abs(value) < _INF and steps < MOST:
        slope = df(x)
        slopes += 1
        if value < 0.0:
            negative = x
        else:
            positive = x
        moved = x - value / slope if slope else math.nan
        within = negative < moved < positive or positive < moved < negative
        if not within or abs(2.0 * value) > abs(older * slope):
            moved = 0.5 * negative + 0.5 * positive
            if not negative != moved != positive:
                break
        older, last = last, abs(moved - x)
        x = moved
        value = f(x)
        steps += 1
        if trail is not None:
            trail.append((x, value, negative, positive))
    return x, value, steps, slopes


def _status(f: Function, rows: Rows, value: float, tol: float) -> Status | None:
    """None where |f| <= tol."""
    if not math.isfinite(value):
        return Status.NON_FINITE
    if abs(value) <= tol:
        return None
    return crossing(f, [row[:2] for row in rows]) or Status.STAGNATED


def _root(status: Status, rows: Rows) -> tuple[float, float]:
    """Where it stopped, and |f| there."""
    if status is Status.NO_SIGN_CHANGE:
        return math.nan, math.nan
    if status is Status.NON_FINITE:
        return next((x, math.nan) for x, value, *_ in reversed(rows) if not math.isfinite(value))
    if status is Status.STAGNATED or len(rows) == 2:
        return min(((x, abs(value)) for x, value, *_ in rows), key=lambda each: each[1])
    return rows[-1][0], abs(rows[-1][1])


def _visits(rows: Rows) -> tuple[Visit, ...]:
    """Between two visits lie one f and one f'; before the first, f at the two ends."""
    return tuple(
        Visit(x, value, 3 + 2 * count, lower, upper)
        for count, (x, value, lower, upper) in enumerate(rows[2:])
    )
