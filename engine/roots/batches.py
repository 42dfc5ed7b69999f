"""Newton for many roots: one after another in Python, and all at once in torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

import torch

from engine.formula.writing.tensor_function import tensor_function
from engine.records import Batch, Batches
from engine.roots.batch import newton_batch
from engine.roots.codes import CONVERGED
from engine.roots.crossover import crossover
from engine.roots.newton import MOST
from engine.roots.problem import Problem
from engine.timing import compare

COUNTS: Final = (1, 1_000, 1_000_000)
LOOPED: Final = (1, 1_000)  # a million in a loop of Python takes seconds
BATCH_S: Final = 0.2  # all runs of one batch
MOST_S: Final = 0.5  # that a batch may take by what smaller ones took: it runs more than once

Solve = Callable[[], int]  # solves a batch; how many arrived
Predict = Callable[[Sequence[Batch], int], float]


def batches_of(problem: Problem) -> Batches:
    """The copies f(x - s) = 0 with s evenly in [-1/2, 1/2], all from the same start x₀.

    With z = x - s a copy is the formula itself from z₀ = x₀ - s, so that Newton runs from many
    starts. Floats of Python are no float32, and take no part there. A batch that would take too
    long by what the smaller ones took is left out.
    """
    floats = problem.dtype == "float64"
    loop = [*_measured(partial(_looped, problem), LOOPED, _one_by_one)] if floats else []
    tensors = [*_measured(partial(_together, problem), COUNTS, _all_at_once)]
    return Batches(tuple(loop), tuple(tensors), _crossing(loop, tensors))


def starts_of(start: float, count: int, dtype: torch.dtype) -> torch.Tensor:
    """Where the copies start in their own coordinate z = x - s.

    >>> starts_of(1.0, 3, torch.float64)
    tensor([1.5000, 1.0000, 0.5000], dtype=torch.float64)
    """
    shifts = torch.linspace(-0.5, 0.5, count, dtype=dtype) if count > 1 else torch.zeros(1)
    return (start - shifts).to(dtype)


def _measured(
    prepare: Callable[[int], Solve], counts: Sequence[int], predicted_s: Predict
) -> Iterator[Batch]:
    known: list[Batch] = []
    for count in counts:
        if predicted_s(known, count) > MOST_S:
            return
        solve, reached = prepare(count), list[int]()
        (timing,) = compare([lambda: reached.append(solve())], BATCH_S)  # noqa: B023  run at once
        known.append(Batch(count, reached[0], timing))
        yield known[-1]


def _one_by_one(known: Sequence[Batch], count: int) -> float:
    """How long a longer loop will take: so many times as much."""
    return max((each.timing.median_s * count / each.count for each in known), default=0.0)


def _all_at_once(known: Sequence[Batch], count: int) -> float:
    """How long a larger tensor will take: what is spent on each root grows, what on all does not.

    Of a single batch that is not told yet.
    """
    if len(known) < 2:
        return 0.0
    first, last = known[0], known[-1]
    spent = last.timing.median_s - first.timing.median_s
    return last.timing.median_s + spent * (count - last.count) / (last.count - first.count)


def _looped(problem: Problem, count: int) -> Solve:
    starts = starts_of(problem.start, count, torch.float64).tolist()
    newton, tol = problem.loops.newton, problem.tol

    def solve() -> int:
        return sum(abs(newton(start, tol, MOST)[1]) <= tol for start in starts)

    return solve


def _together(problem: Problem, count: int) -> Solve:
    both = tensor_function(problem.formula, problem.derivative)
    starts = starts_of(problem.start, count, problem.torch_dtype)

    def solve() -> int:
        return int((newton_batch(both, starts, problem.tol, MOST).codes == CONVERGED).sum())

    return solve


def _crossing(loop: Sequence[Batch], tensors: Sequence[Batch]) -> int | None:
    both = [(a, b) for a, b in zip(loop, tensors, strict=False)]
    if not both:
        return None
    times = [[each.timing.median_s for each in side] for side in zip(*both, strict=True)]
    return crossover([each.count for each, _ in both], *times)
