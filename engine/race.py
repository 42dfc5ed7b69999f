"""The race of Newton and bisection for the root of a formula in a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.derivation import TooLong
from engine.formula.root_request import RootRequest, read_root
from engine.formula.wire import to_wire
from engine.formula.writing.straight import NotScalar
from engine.formula.writing.text import text_of
from engine.plots.race import draw_race
from engine.records import (
    Answer,
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
from engine.roots.batches import Descend, batches_of
from engine.roots.exact_root import ExactRoot
from engine.roots.newton import descend
from engine.roots.problem import Problem, problem_of
from engine.roots.racers import DIGITS, Finish, finishes, number, racers
from engine.roots.verdict import verdict


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
    exact = _exact(ended)
    report = RaceReport(_race(request, problem, ended, exact), None)
    return Answer(to_data(report), (_picture(problem, ended, exact, labels),))


def _race(
    request: RootRequest, problem: Problem, ended: Sequence[Finish], exact: ExactRoot | None
) -> Race:
    told = racers(ended, problem)
    batches = batches_of(problem, _one(problem)) if _newton_arrived(ended) else None
    digits = DIGITS[problem.dtype]
    root = float(exact.value) if exact else float("nan")
    return Race(
        head=f"{problem.formula.title}({problem.name})",
        body=text_of(problem.formula.body),
        name=problem.name,
        dtype=problem.dtype,
        tol=number(problem.tol),
        start=number(problem.start, digits),
        bracket=tuple(number(end, digits) for end in problem.bracket or ()),
        searched=problem.searched,
        root=number(root, digits),
        residual=number(abs(problem.f(root))),
        multiplicity=exact.multiplicity if exact else 0,
        racers=told,
        batches=batches,
        verdict=verdict(told),
        notes=(*request.notes, *_several(ended, digits)),
        gpu=_task(problem, batches) if batches else None,
    )


def _one(problem: Problem) -> Descend | None:
    """Newton from one start with Python floats, which are no float32."""
    if problem.dtype == "float32":
        return None
    return lambda start: descend(problem.f, problem.df, start, problem.tol)


def _newton_arrived(ended: Sequence[Finish]) -> bool:
    return any(each.entrant.method is Method.NEWTON and each.exact for each in ended)


def _exact(ended: Sequence[Finish]) -> ExactRoot | None:
    """The root that is told: Newton's where it came to one."""
    return next((each.exact for each in ended if each.exact), None)


def _several(ended: Sequence[Finish], digits: int) -> Iterator[Note]:
    """That methods came to different roots."""
    roots = {number(float(each.exact.value), digits) for each in ended if each.exact}
    if len(roots) > 1:
        yield Note("race.several", {"roots": sorted(roots, key=float)})


def _task(problem: Problem, batches: Batches) -> GpuTask:
    tree = to_wire(problem.formula.body)
    start, tol = problem.start, problem.tol
    return GpuTask(tree, problem.name, start, tol, problem.dtype, batches.tensors)


def _picture(
    problem: Problem, ended: Sequence[Finish], exact: ExactRoot | None, labels: RaceLabels
) -> bytes:
    """Each method once, with floats where it has them."""
    solutions = {each.entrant.method: each.solution for each in reversed(ended)}
    root = float(exact.value) if exact else None
    return draw_race(problem.f, list(solutions.values()), root, labels)


def warm() -> None:
    """First uses, paid once in the zygote; no backward there."""
