"""Shape and dtype of every expression of a cell, and why the failing one fails."""

from __future__ import annotations

import re

from engine.cell import failure_of, offer_magics, read_tree
from engine.notebook.interpreter import Raised, attempt, undisturbed
from engine.notebook.source import read_cell
from engine.notebook.state import Notebook, beside, notebook_of
from engine.pitfalls.silent.losses import stretched_losses
from engine.records import Answer, Call, ShapeReport, to_data
from engine.tracing.aside import aside
from engine.tracing.cause import Cause, find_cause, repairs_of
from engine.tracing.forecast import Cost
from engine.tracing.inputs import separated
from engine.tracing.passes import Passed, Passes, Prepared

_LOSS = re.compile(r"[lL]oss|criterion|mean\(|sum\(")


def trace(call: Call) -> Answer:
    """Trace `call.data["source"]` beside the session, which stays as it was; a `ShapeReport`.

    A forecast on tensors without numbers goes first. What is cheap is then really run, and only
    that run gives shapes and verdict; else the forecast is told, and nothing is allocated.

    >>> call = Call({"source": "x=(5,3); w=(3,2); relu(x @ w)"}, (), {}, lambda event: None)
    >>> [(step["text"], step["shape"]) for step in trace(call).data["steps"]]
    [('x', '(5, 3)'), ('w', '(3, 2)'), ('x @ w', '(5, 2)'), ('relu(x @ w)', '(5, 2)')]
    """
    with undisturbed():
        notebook = beside(notebook_of(call.session), separated(call.data["source"]))
        offer_magics(notebook)
        read = attempt(lambda: _read(notebook))
        if read is None or isinstance(read, Raised):
            return _unread(notebook, read)
        try:
            return _answer(*read)
        except BaseException as error:  # a session may have replaced what we trace it with
            return _unread(notebook, Raised(error))


def warm() -> None:
    """Do before a fork what the first trace would wait for; leaves no state and no thread."""
    for source in ("x=(5,3); w=(3,2); relu(x @ w).sum(0)", "x=(2,3); y=(2,); x + y"):
        trace(Call({"source": source}, (), {}, lambda event: None))


def _read(notebook: Notebook) -> tuple[Passes, Prepared] | None:
    """The cell, None when running it would certainly never end."""
    cell = read_cell(notebook.inputs[-1], notebook.number)
    notebook.cells[cell.filename] = cell
    tree = read_tree(notebook, cell)
    if tree is None:
        return None
    passes = Passes(notebook, cell)
    return passes, passes.prepared(tree)


def _unread(notebook: Notebook, raised: Raised | None) -> Answer:
    failure = failure_of(notebook, raised.error) if raised else None
    report = ShapeReport((), 0, False, 0, failure, None, None, (), tuple(notebook.notes))
    return Answer(to_data(report), raised=failure is not None)


def _answer(passes: Passes, prepared: Prepared) -> Answer:
    """Forecast, run what is cheap enough, try repairs of what failed."""
    with aside(passes.notebook):
        passed, cost = passes.forecast(prepared)
        if _interrupted(passed):
            return _reported(passes, passed, find_cause(passes, passed))
        if not cost.cheap:
            return _forecast(passes, passed, cost)
    with aside(passes.notebook):
        passed = passes.run(prepared)
        cause = find_cause(passes, passed)
        if passed.raised is None and _LOSS.search(passes.cell.code):
            attempt(lambda: _note_losses(passes), passes.notebook.module)
    return _reported(passes, passed, cause)


def _note_losses(passes: Passes) -> None:
    """Of a loss over all pairs the shapes alone look sound; values are the user's objects."""
    for note in stretched_losses(passes.tree(), passes.notebook.names):
        passes.notebook.note(note.key, **note.values)


def _interrupted(passed: Passed) -> bool:
    # Not isinstance: that asks the exception, which may lie about its class.
    return passed.raised is not None and issubclass(type(passed.raised.error), KeyboardInterrupt)


def _forecast(passes: Passes, passed: Passed, cost: Cost) -> Answer:
    """The answer to a cell that was not run."""
    notes = [*passes.notebook.notes]
    cause = find_cause(passes, passed)
    if cause.clash is None:  # other errors of tensors without numbers prove nothing
        cause, passes.notebook.notes[:] = Cause(), notes
    if not cost.too_large:
        passes.notebook.note("note.flops", billions=round(cost.flops / 1e9))
    elif cost.at is not None and 2 * cost.largest > cost.peak_bytes:
        text = passed.marks[cost.at].text
        passes.notebook.note("note.largest", code=text, bytes=cost.largest)
    return _reported(passes, passed, cause, cost)


def _reported(passes: Passes, passed: Passed, cause: Cause, cost: Cost | None = None) -> Answer:
    notebook = passes.notebook
    repairs = repairs_of(passes, passed, cause) if cost is None else ()
    steps = attempt(lambda: passed.recorder.steps(cause.failed), notebook.module)
    if isinstance(steps, Raised):  # a cell can reach the recorder
        steps = ()
    if passed.recorder.inputs and cost is None:
        notebook.note("note.inputs", names=passed.recorder.inputs)
    if passed.recorder.repeated:
        notebook.note("note.repeated")
    report = ShapeReport(
        steps=steps,
        hidden=passed.recorder.total + (cause.failed is not None) - len(steps),
        forecast=cost is not None,
        needed_bytes=cost.peak_bytes if cost else 0,
        failure=cause.failure,
        clash=cause.clash,
        explanation=cause.explanation,
        repairs=repairs,
        notes=tuple(notebook.notes),
    )
    return Answer(to_data(report), raised=cause.failure is not None, memory=cause.memory)
