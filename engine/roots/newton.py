"""Newton's method: down the tangent to where it meets zero."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from engine.records.roots import Method, Status
from engine.roots.ending import Path, ending
from engine.roots.solution import Solution, Visit

Function = Callable[[float], float]
Trail = list[tuple[float, float, float]]  # x, f(x), f'(x)

MOST: Final = 200
EPS: Final = 2.0**-52


def newton(f: Function, df: Function, start: float, tol: float, most: int = MOST) -> Solution:
    r"""z with |f(z)| <= tol, by x ← x - f(x)/f'(x) from `start`.

    Near a simple root the error e becomes about e²·f''/(2f'): the digits double. At a root of
    multiplicity m it becomes (1 - 1/m)·e: MULTIPLE. Far from a root nothing is promised; `ending`
    says how each failure is told from the others. A visit of the trace is an estimate; its
    bracket is x twice. What `ending` asks of f and f' to judge is not counted. To be timed:
    `descend`, the bare loop.

    Source: A. M. Ostrowski, Solution of Equations and Systems of Equations, 1966, chapters 7, 8;
    J. F. Traub, Iterative Methods for the Solution of Equations, 1964, sections 2.2 and 7.2.

    >>> found = newton(lambda x: x**2 - 2, lambda x: 2 * x, 1.0, 1e-5)
    >>> found.status.value, found.iterations, round(found.root, 5)
    ('converged', 3, 1.41422)
    >>> newton(math.atan, lambda x: 1 / (1 + x * x), 1.5, 1e-5).status.value
    'diverged'
    """
    trail: Trail = []
    x, value, steps = descend(f, df, start, tol, most, trail)
    path = Path((*trail, (x, value, math.nan)), tol, EPS)
    return descended(path, lambda z: (f(z), df(z)), steps, len(trail))


def descend(
    f: Function,
    df: Function,
    start: float,
    tol: float,
    most: int = MOST,
    trail: Trail | None = None,
) -> tuple[float, float, int]:
    """The bare loop: (x, f(x), steps). A `trail` gets every point that a step was made from.

    It ends when |f| <= tol or is nan, when f' = 0, when x is where it was one or two steps ago
    (at the resolution of floats, or in a cycle of two), or after `most` steps.

    >>> descend(lambda x: x**2 - 4, lambda x: 2 * x, 2.0, 1e-5)
    (2.0, 0.0, 0)
    """
    x, before = start, math.nan
    value = f(x)
    for steps in range(most):
        if not abs(value) > tol:
            return x, value, steps
        slope = df(x)
        if trail is not None:
            trail.append((x, value, slope))
        if slope == 0.0:
            return x, value, steps
        earlier, before = before, x
        x -= value / slope
        value = f(x)
        if not before != x != earlier:
            return x, value, steps + 1
    return x, value, most


def polished(f: Function, df: Function, start: float) -> float:
    """The start, moved by Newton's steps as long as |f| falls: as near a root as floats tell.

    >>> polished(lambda x: x**2 - 2, lambda x: 2 * x, 1.4)
    1.4142135623730951
    """
    x, value = start, f(start)
    for _ in range(MOST):
        slope = df(x)
        moved = x - value / slope if slope else math.nan
        if not abs(at_moved := f(moved)) < abs(value):
            break
        x, value = moved, at_moved
    return x


def descended(
    path: Path, probe: Callable[[float], tuple[float, float]], steps: int, derivatives: int
) -> Solution:
    """What a descent came to; `probe` answers f and f' anywhere."""
    status = ending(path, probe)
    x, value, _ = path.points[-1]
    if math.isnan(x):
        x, value, _ = path.points[-2]
    if status is Status.DIVERGED:
        x = value = math.nan
    visits = path.points if len(path.points) == steps + 1 else path.points[:-1]
    return Solution(
        Method.NEWTON,
        status,
        x,
        abs(value),
        path.last_step,
        steps,
        steps + 1,
        derivatives,
        tuple(Visit(z, fz, 2 * count + 1, z, z) for count, (z, fz, _) in enumerate(visits)),
    )
