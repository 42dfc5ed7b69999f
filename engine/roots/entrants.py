"""Who takes part in a race: each method, with Python floats and with torch tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from engine.records import Arithmetic, Method
from engine.roots.bisection import bisection
from engine.roots.newton import MOST, newton
from engine.roots.problem import Problem
from engine.roots.safeguarded import safeguarded
from engine.roots.solution import Solution
from engine.roots.tensors import (
    bisection_of_tensors,
    descend_by_autograd,
    halve_tensors,
    newton_by_autograd,
)


@dataclass(frozen=True, slots=True)
class Entrant:
    """A method with its arithmetic: `solve` keeps its way for a picture, `run` is what is timed."""

    method: Method
    arithmetic: Arithmetic
    solve: Callable[[], Solution]
    run: Callable[[], object]


def entrants(problem: Problem) -> list[Entrant]:
    """All that can take part: without a bracket no bisection, in float32 no floats of Python."""
    floats = [] if problem.dtype == "float32" else [*_floats(problem)]
    return [*floats, *_tensors(problem)]


def _floats(problem: Problem) -> Iterator[Entrant]:
    """What is timed has f and f' written into its loop; what is drawn takes the same steps."""
    f, df, start, tol = problem.f, problem.df, problem.start, problem.tol
    loops = problem.loops
    yield Entrant(
        Method.NEWTON,
        Arithmetic.FLOATS,
        partial(newton, f, df, start, tol),
        partial(loops.newton, start, tol, MOST),
    )
    if problem.bracket is not None:
        lower, upper = problem.bracket
        yield Entrant(
            Method.SAFEGUARDED,
            Arithmetic.FLOATS,
            partial(safeguarded, f, df, lower, upper, problem.inside, tol),
            partial(loops.safeguarded, lower, upper, problem.inside, tol),
        )
        yield Entrant(
            Method.BISECTION,
            Arithmetic.FLOATS,
            partial(bisection, f, lower, upper, tol),
            partial(loops.bisection, lower, upper, tol),
        )


def _tensors(problem: Problem) -> Iterator[Entrant]:
    dtype = problem.torch_dtype
    start = (problem.function, problem.start, problem.tol, dtype)
    yield Entrant(
        Method.NEWTON,
        Arithmetic.TENSORS,
        partial(newton_by_autograd, *start),
        partial(descend_by_autograd, *start),
    )
    if problem.bracket is not None:
        ends = (problem.function, *problem.bracket, problem.tol, dtype)
        yield Entrant(
            Method.BISECTION,
            Arithmetic.TENSORS,
            partial(bisection_of_tensors, *ends),
            partial(halve_tensors, *ends),
        )
