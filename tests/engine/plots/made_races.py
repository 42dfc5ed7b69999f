"""Races run by a few lines of our own, on functions of every kind."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from engine.records.roots import Method, RaceLabels, Status
from engine.roots.solution import Solution, Visit

Function = Callable[[float], float]
LABELS = RaceLabels(
    newton="Ньютон",
    bisection="деление пополам",
    safeguarded="Ньютон с отрезком",
    evaluations="вычисления f и f′",
    error="расстояние до корня",
    root="корень",
)


def safe(f: Function) -> Function:
    """What floats give, nan where Python raises."""

    def found(x: float) -> float:
        try:
            value = f(float(x))
        except (ValueError, ZeroDivisionError, OverflowError):
            return math.nan
        return value if isinstance(value, float) else math.nan

    return found


def newton(f: Function, slope: Function, x: float, tol: float = 1e-5, most: int = 50) -> Solution:
    f, slope = safe(f), safe(slope)
    x = float(x)
    trace = []
    status = Status.LIMIT
    for step in range(most):
        value = f(x)
        trace.append(Visit(x, value, 2 * step + 1, x, x))
        if not math.isfinite(value) or abs(value) < tol:
            status = Status.CONVERGED if math.isfinite(value) else Status.NON_FINITE
            break
        if not slope(x):
            status = Status.ZERO_DERIVATIVE
            break
        x -= value / slope(x)
    last = trace[-1]
    steps = len(trace) - 1
    return Solution(
        Method.NEWTON, status, last.x, abs(last.value), math.nan, steps, steps + 1, steps,
        tuple(trace),
    )  # fmt: skip


def bisection(f: Function, low: float, high: float, tol: float = 1e-5) -> Solution:
    f = safe(f)
    low, high = float(low), float(high)
    below = f(low)
    middle = low / 2 + high / 2
    trace = [Visit(middle, value := f(middle), 3, low, high)]
    while high - low > tol * (1 if tol else 0) and len(trace) < 60 and value:
        low, high = (middle, high) if (value < 0) == (below < 0) else (low, middle)
        middle = low / 2 + high / 2
        trace.append(Visit(middle, value := f(middle), len(trace) + 3, low, high))
    return Solution(
        Method.BISECTION, Status.CONVERGED, middle, abs(value), high - low, len(trace) - 1,
        len(trace) + 2, 0, tuple(trace),
    )  # fmt: skip


def safeguarded(f: Function, slope: Function, low: float, high: float) -> Solution:
    """Newton where it stays in the bracket, else its middle."""
    f, slope = safe(f), safe(slope)
    below, x = f(low), (low + high) / 2
    trace = [Visit(x, f(x), 4, low, high)]
    while abs(trace[-1].value) > 1e-5 and len(trace) < 50:
        value = trace[-1].value
        low, high = (x, high) if (value < 0) == (below < 0) else (low, x)
        step = x - value / slope(x)
        x = step if low < step < high else (low + high) / 2
        trace.append(Visit(x, f(x), 4 + 2 * len(trace), low, high))
    last = trace[-1]
    return Solution(
        Method.SAFEGUARDED, Status.CONVERGED, x, abs(last.value), high - low, len(trace) - 1,
        len(trace) + 2, len(trace), tuple(trace),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """What a picture is drawn of."""

    f: Function
    solutions: tuple[Solution, ...]
    root: float | None


def made(
    f: Function,
    slope: Function,
    start: float,
    bracket: tuple[float, float] | None,
    root: float | None,
    tol: float = 1e-5,
) -> Made:
    both = [newton(f, slope, start, tol)]
    if bracket:
        both.append(bisection(f, *bracket, tol=tol))
    return Made(safe(f), tuple(both), root)


def course(x: float) -> float:
    return x**7 + 5 * x**3 + 17 * x - 9


def course_slope(x: float) -> float:
    return 7 * x**6 + 15 * x**2 + 17


ROOT = 0.493617117798773
COS = 0.7390851332151607
CYCLE = -1.7692923542386314


def cycle(x: float) -> float:
    return x**3 - 2 * x + 2


RACES = {
    "course from 10": made(course, course_slope, 10, (-10, 10), ROOT),
    "all three": Made(
        course,
        (
            newton(course, course_slope, 10), bisection(course, -10, 10),
            safeguarded(course, course_slope, -10, 10),
        ),
        ROOT,
    ),
    "course from 0": made(course, course_slope, 0, (-10, 10), ROOT),
    "course from -10": made(course, course_slope, -10, (-10, 10), ROOT),
    "course from 100": made(course, course_slope, 100, (-100, 100), ROOT),
    "square root": made(lambda x: x * x - 2, lambda x: 2 * x, 1, (0, 2), 2**0.5, 1e-12),
    "cosine": made(lambda x: math.cos(x) - x, lambda x: -math.sin(x) - 1, 1, (0, 1), COS),
    "cycle": made(cycle, lambda x: 3 * x * x - 2, 0, (-4, 4), CYCLE),
    "cycle alone": made(cycle, lambda x: 3 * x * x - 2, 0, None, None),
    "arctan": made(math.atan, lambda x: 1 / (1 + x * x), 1.5, (-1, 2), 0.0),
    "tan's pole": made(math.tan, lambda x: 1 + math.tan(x) ** 2, 1.5, (1, 2), None),
    "tan's pole alone": Made(math.tan, (bisection(math.tan, 1, 2),), None),
    "double": made(lambda x: (x - 1) ** 2, lambda x: 2 * (x - 1), 3, None, 1.0),
    "huge": made(lambda x: 1e20 * (x - 1 / 3), lambda x: 1e20, 2, (0, 1), 1 / 3),
    "tiny": made(
        lambda x: 1e-20 * (x**3 - 2), lambda x: 3e-20 * x * x, 4, (0, 4), 2 ** (1 / 3), 1e-30
    ),
    "tiny x": made(
        lambda x: 1e20 * x * x - 1e-20, lambda x: 2e20 * x, 1e-19, (0, 1e-19), 1e-20, 1e-30
    ),
    "logarithm": made(math.log, lambda x: 1 / x, 0.1, (0.1, 4), 1.0),
    "logarithm from 5": made(math.log, lambda x: 1 / x, 5, (0.1, 4), 1.0),
    "triple": made(lambda x: x**3, lambda x: 3 * x * x, 1, (-1, 2), 0.0, 1e-9),
    "steep": made(
        lambda x: math.tanh(50 * (x - 0.3)), lambda x: 50 / math.cosh(50 * (x - 0.3)) ** 2,
        0.32, (-1, 1), 0.3,
    ),
    "steepest": made(lambda x: math.tanh(1e9 * (x - 0.3)), lambda x: 0.0, 0.4, (-1, 1), 0.3),
    "sine": made(math.sin, math.cos, 2, (2, 4), math.pi, 1e-12),
    "sine far": made(math.sin, math.cos, 1.6, (-20, 22), 11 * math.pi, 1e-12),
    "jump": made(lambda x: 1.0 if x > 0.7 else -1.0, lambda x: 0.0, 0.0, (0, 1), None),
    "constant": made(lambda x: 5.0, lambda x: 0.0, 0, None, None),
    "zero": made(lambda x: 0.0, lambda x: 0.0, 0, None, 0.0),
    "nan inside": made(
        lambda x: math.log(x) if abs(x) > 0.5 else math.nan, lambda x: 1 / x, 3, None, 1.0
    ),
    "nan everywhere": made(lambda x: math.nan, lambda x: 0.0, 3, (2, 4), None),
    "no start": Made(course, (bisection(course, -10, 10),), ROOT),
    "nothing": Made(course, (), None),
    "200 visits": Made(
        cycle, (newton(cycle, lambda x: 3 * x * x - 2, 0, most=200), bisection(cycle, -4, 4)), CYCLE
    ),
    "root alone": Made(course, (), ROOT),
    "one visit": made(course, course_slope, ROOT, None, ROOT),
    "huge x": made(lambda x: x - 1e200, lambda x: 1.0, 1e202, (0, 1e201), 1e200),
    "far narrow": made(
        lambda x: (x - 1e8) ** 2 - 1e-6, lambda x: 2 * (x - 1e8),
        1e8 + 0.01, (1e8, 1e8 + 0.01), 1e8 + 1e-3,
    ),
    "cube root": made(
        lambda x: math.copysign(abs(x) ** (1 / 3), x), lambda x: abs(x) ** (-2 / 3) / 3,
        0.1, (-1, 2), 0.0,
    ),
    "exponential": made(lambda x: math.exp(x) - 2, math.exp, -2, (-2, 4), math.log(2), 1e-12),
    "exponential far": made(lambda x: math.exp(x) - 2, math.exp, 20, (-2, 40), math.log(2), 1e-12),
}  # fmt: skip
