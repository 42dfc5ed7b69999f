"""The entrants of a race at their ends: what each came to, and how long it took."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from time import perf_counter, thread_time
from typing import Final

from mpmath import mpf

from engine.formula.figures import rounded_figure
from engine.records import Method, Racer, Status, Timing
from engine.roots.certificate import certified
from engine.roots.entrants import Entrant, entrants
from engine.roots.exact_root import MOST_S, ExactRoot, Kind, exact_root
from engine.roots.newton import polished
from engine.roots.problem import Problem
from engine.roots.solution import Solution
from engine.timing import compare

EXACT_S: Final = 0.75  # of the processor, for the roots of all entrants together
RACE_S: Final = 0.5  # all runs of all entrants together
DIGITS: Final = {"float64": 15, "float32": 7}  # that a dtype can promise

Exact = Callable[[float, tuple[float, float] | None], ExactRoot]


@dataclass(frozen=True, slots=True)
class Finish:
    """An entrant at its end: the root that it came to (nan: none), and how far from it.

    `error` is nan where the root is not known any better. `first_s` is its very first run.
    `multiplicity` is 0 where there is no root, or its order is no whole number.
    """

    entrant: Entrant
    first_s: float
    solution: Solution
    root: float
    error: float
    multiplicity: int


def finishes(problem: Problem) -> list[Finish]:
    """Every entrant's end, each held against what 50 digits say."""

    left_s = EXACT_S

    @cache  # floats and tensors mostly end at the same number
    def exact(near: float, bracket: tuple[float, float] | None) -> ExactRoot:
        nonlocal left_s
        started, most_s = thread_time(), min(MOST_S, left_s)
        found = exact_root(problem.formula, near, bracket, problem.derivative, most_s)
        left_s -= thread_time() - started
        return found

    return [_finish(problem, each, exact) for each in entrants(problem)]


def racers(ended: Sequence[Finish], problem: Problem) -> tuple[Racer, ...]:
    """What is told of each, timed in turns; who came to no root within tol is not timed."""
    arrived = [each for each in ended if each.solution.status.within]
    timings = compare([each.entrant.run for each in arrived], RACE_S)
    timed = {
        id(each): replace(timing, first_s=each.first_s)
        for each, timing in zip(arrived, timings, strict=True)
    }
    return tuple(_racer(each, timed.get(id(each)), problem) for each in ended)


def _finish(problem: Problem, entrant: Entrant, exact: Exact) -> Finish:
    start = perf_counter()
    entrant.run()
    first_s = perf_counter() - start
    solution = entrant.solve()
    bracket = problem.bracket if entrant.method is not Method.NEWTON else None
    there = exact(solution.root, bracket)
    solution = certified(solution, there, problem.tol)
    if not solution.status.reached:
        return Finish(entrant, first_s, solution, math.nan, math.nan, 0)
    if there.kind is not Kind.ROOT:  # too much work to tell: then floats tell what they can
        found = polished(problem.f, problem.df, solution.root)
        return Finish(entrant, first_s, solution, found, math.nan, 1)
    error = float(abs(mpf(solution.root) - there.value))
    found = float(there.value)
    return Finish(entrant, first_s, solution, found, error, there.multiplicity)


def _racer(ended: Finish, timing: Timing | None, problem: Problem) -> Racer:
    solution = ended.solution
    return Racer(
        method=ended.entrant.method,
        arithmetic=ended.entrant.arithmetic,
        status=solution.status,
        root=number(solution.root, DIGITS[problem.dtype]),
        residual=number(solution.residual),
        width=number(_next_step(problem, solution)),
        error=number(ended.error),
        iterations=solution.iterations,
        evaluations=solution.evaluations,
        derivatives=solution.derivatives,
        timing=timing,
    )


def _next_step(problem: Problem, solution: Solution) -> float:
    """The last step or bracket; of who stopped too early the step that was to come."""
    if solution.status is not Status.FLAT:
        return solution.width
    slope = problem.df(solution.root)
    return abs(solution.residual / slope) if slope else math.inf


def number(value: float, digits: int = 2) -> str:
    """As text with so many digits; empty for nan.

    >>> number(0.4936171177987731, 15), number(9.5e-06), number(float("nan"))
    ('0.493617117798773', '9.5e-6', '')
    """
    return "" if math.isnan(value) else rounded_figure(value, digits)
