"""Races on functions of every kind."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from engine.records.roots import RaceLabels
from engine.roots.bisection import bisection
from engine.roots.newton import newton
from engine.roots.safeguarded import safeguarded
from engine.roots.solution import Solution

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
    f, slope = safe(f), safe(slope)
    solutions = [newton(f, slope, float(start), tol)]
    if bracket:
        lower, upper = map(float, bracket)
        solutions.append(bisection(f, lower, upper, tol))
    return Made(f, tuple(solutions), root)


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
            newton(course, course_slope, 10.0, 1e-5), bisection(course, -10.0, 10.0, 1e-5),
            safeguarded(course, course_slope, -10.0, 10.0, 10.0, 1e-5),
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
    "tan's pole alone": Made(math.tan, (bisection(math.tan, 1.0, 2.0, 1e-5),), None),
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
    "no start": Made(course, (bisection(course, -10.0, 10.0, 1e-5),), ROOT),
    "no root": made(lambda x: x * x + 1, lambda x: 2 * x, 0.6, None, None),
    "nothing": Made(course, (), None),
    "200 visits": made(
        lambda x: math.copysign(abs(x) ** 0.51, x), lambda x: 0.51 * abs(x) ** -0.49,
        1.0, (-1, 2), 0.0,
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
