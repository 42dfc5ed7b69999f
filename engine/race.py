"""The race of Newton and bisection for the root of a formula in a text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import torch

from engine.derivation import TooLong
from engine.formula.root_request import RootRequest, read_root
from engine.formula.wire import to_wire
from engine.formula.writing.straight import NotScalar
from engine.formula.writing.tensor_function import tensor_function
from engine.formula.writing.text import text_of
from engine.plots.race import draw_race
from engine.records import (
    Answer,
    Arithmetic,
    Batches,
    Call,
    GpuTask,
    Method,
    Misread,
    Note,
    Race,
    RaceLabels,
    RaceReport,
    from_data,
    to_data,
)
from engine.roots.batch import newton_batch
from engine.roots.batches import batches_of, starts_of
from engine.roots.entrants import entrants
from engine.roots.exact_root import exact_root
from engine.roots.newton import MOST
from engine.roots.problem import Problem, problem_of
from engine.roots.racers import DIGITS, Finish, finishes, number, racers
from engine.roots.verdict import verdict
from engine.timing import compare


def run(call: Call) -> Answer:
    """The job "root.race": {"text", "labels"} -> a `RaceReport`, its picture a blob.

    Seeks z with f(z) = 0 by Newton's method z ← z - f(z)/f'(z), by bisection, and by both, with
    floats and with tensors. All stop at the same tolerance; the root that is told is polished with
    50 digits. Whatever is wrong with the text comes back in the report; nothing is raised.
    """
    text, labels = call.data["text"], from_data(RaceLabels, call.data["labels"])
    request = read_root(text)
    if isinstance(request, Misread):
        return Answer(to_data(RaceReport(None, request)))
    try:
        problem = problem_of(request)
    except (TooLong, NotScalar):
        line = text.strip().partition("\n")[0]
        mistake = Misread(Note("mistake.no_race"), line, 0, len(line))
        return Answer(to_data(RaceReport(None, mistake)))
    ended = finishes(problem)
    report = RaceReport(_race(request, problem, ended), None)
    return Answer(to_data(report), (_picture(problem, ended, labels),))


def _race(request: RootRequest, problem: Problem, ended: Sequence[Finish]) -> Race:
    best, told = _best(problem, ended), racers(ended, problem)
    batches = batches_of(problem) if _newton_arrived(ended) else None
    digits = DIGITS[problem.dtype]
    root = best.root if best else math.nan
    return Race(
        body=text_of(problem.formula.body),
        name=problem.name,
        dtype=problem.dtype,
        tol=number(problem.tol, digits),
        start=number(problem.start, digits),
        bracket=tuple(number(end, digits) for end in problem.bracket or ()),
        searched=problem.searched,
        root=number(root, digits),
        residual=_residual(problem, best),
        multiplicity=best.multiplicity if best else 0,
        racers=told,
        batches=batches,
        verdict=verdict(told),
        notes=(*request.notes, *_remarks(problem, ended)),
        gpu=_task(problem, batches) if batches else None,
    )


def _residual(problem: Problem, best: Finish | None) -> str:
    """|f| at the polished root, as near as the dtype gets to it."""
    if best is None or math.isnan(best.error):
        return ""
    nearest = torch.tensor(best.root, dtype=problem.torch_dtype).item()
    return number(abs(problem.f(nearest)))


def _newton_arrived(ended: Sequence[Finish]) -> bool:
    """Whether Newton's method came within the tolerance: then it can be asked for many roots."""
    return any(
        each.entrant.method is Method.NEWTON and each.solution.status.within for each in ended
    )


def _best(problem: Problem, ended: Sequence[Finish]) -> Finish | None:
    """Whose root is told: the first that lies where it was sought, else the first at all."""
    found = [each for each in ended if each.solution.status.reached]
    inside = [each for each in found if problem.encloses(each.root)]
    return next(iter([*inside, *found]), None)


def _remarks(problem: Problem, ended: Sequence[Finish]) -> Iterator[Note]:
    digits, best = DIGITS[problem.dtype], _best(problem, ended)
    roots = sorted({each.root for each in ended if each.solution.status.reached})
    told = list(dict.fromkeys(number(root, digits) for root in roots))
    if len(told) > 1:
        yield Note("race.several", {"roots": told})
    if best and not problem.encloses(best.root):
        yield Note("race.outside", {"root": number(best.root, digits)})
    began = any(each.entrant.method is Method.SAFEGUARDED and each.solution.trace for each in ended)
    if began and problem.inside != problem.start:
        middle = number(problem.inside, digits)
        yield Note("race.middle", {"start": number(problem.start, digits), "middle": middle})


def _task(problem: Problem, batches: Batches) -> GpuTask:
    tree = to_wire(problem.formula.body)
    start, tol = problem.start, problem.tol
    return GpuTask(tree, problem.name, start, tol, problem.dtype, batches.tensors)


def _picture(problem: Problem, ended: Sequence[Finish], labels: RaceLabels) -> bytes:
    """Each method once, with floats where it has them."""
    solutions = {each.entrant.method: each.solution for each in reversed(ended)}
    best = _best(problem, ended)
    root = best.root if best else None
    return draw_race(problem.f, list(solutions.values()), root, labels)


def warm() -> None:
    """Do before a fork what the first race would wait for; runs no backward."""
    request = read_root("cos(x) = x on 0 1")
    assert isinstance(request, RootRequest)
    problem = problem_of(request)
    floats = [each for each in entrants(problem) if each.arithmetic is Arithmetic.FLOATS]
    solutions = [each.solve() for each in floats]
    exact_root(problem.formula, solutions[0].root)
    compare([each.run for each in floats], budget_s=0.01)
    starts = starts_of(problem.start, 2, torch.float64)
    newton_batch(tensor_function(problem.formula, problem.derivative), starts, problem.tol, MOST)
    draw_race(problem.f, solutions, problem.start, RaceLabels("N", "B", "S", "e", "|x|", "r"))
