"""Why a traced cell fails: the expression, its shapes, the mistake, and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.cell import explanation_of, failure_of
from engine.notebook.failure import is_out_of_memory
from engine.notebook.interpreter import Raised, attempt
from engine.records import Broadcast, Explanation, Failure, Note, Repair
from engine.tracing.failing import failing
from engine.tracing.layers import layer_note
from engine.tracing.look import Look
from engine.tracing.mark import Placed, Span, span, text_of
from engine.tracing.operation import clash, operation
from engine.tracing.passes import Passed, Passes
from engine.tracing.replaced import replaced


@dataclass(frozen=True, slots=True)
class Cause:
    """What is known of a failure; `failed` is the mark of the expression it comes from."""

    failure: Failure | None = None
    failed: int | None = None
    clash: Broadcast | None = None
    explanation: Explanation | None = None
    memory: bool = False


def find_cause(passes: Passes, passed: Passed) -> Cause:
    """The cause of what ended a pass; to be asked while its names are still there."""
    if passed.raised is None:
        return Cause()
    notebook, error = passes.notebook, passed.raised.error
    failed = failing(error, passes.cell.filename, passed.marks)
    found = None if failed is None else _clash(passes, passed, failed)
    failure = failure_of(notebook, error)
    explanation = None
    if found is None:
        explanation = explanation_of(notebook, error)
        note = attempt(lambda: layer_note(error), notebook.module)
        if isinstance(note, Note):
            notebook.note(note.key, **note.values)
    memory = attempt(lambda: is_out_of_memory(error), notebook.module) is True
    BaseException.with_traceback(error, None)  # its frames hold the cell's tensors
    return Cause(failure, failed, found, explanation, memory)


def repairs_of(passes: Passes, passed: Passed, cause: Cause) -> tuple[Repair, ...]:
    """The repairs of a clash with which the whole cell runs to its end.

    Where none does, those with which it comes as far as another clash, which is noted.
    """
    if cause.clash is None or cause.failed is None:
        return ()
    place = passed.marks[cause.failed].span
    mending: list[Repair] = []
    helping: list[tuple[Repair, str]] = []
    for repair in cause.clash.repairs:
        tree = replaced(passes.tree(), place, repair.code)
        after = tree and passes.tried(tree)
        if not after:
            continue
        if after.raised is None:
            mending.append(replace(repair, ran=True))
        elif (text := _next_clash(passes, after, place)) is not None:
            helping.append((replace(repair, ran=True), text))
    if helping and not mending:
        passes.notebook.note("note.next_clash", code=helping[0][1])
        mending = [repair for repair, _ in helping]
    return tuple(mending)


def _next_clash(passes: Passes, passed: Passed, place: Span) -> str | None:
    """The expression at another place than `place` whose shapes do not agree either."""
    assert passed.raised is not None
    failed = failing(passed.raised.error, passes.cell.filename, passed.marks)
    BaseException.with_traceback(passed.raised.error, None)
    if failed is None or passed.marks[failed].span == place:
        return None
    return passed.marks[failed].code if _clash(passes, passed, failed) else None


def _clash(passes: Passes, passed: Passed, failed: int) -> Broadcast | None:
    numbers = {mark.span: number for number, mark in enumerate(passed.marks)}
    lines = passes.cell.code.encode().split(b"\n")

    def seen(node: Placed) -> Look | None:
        number = numbers.get(span(node))
        return None if number is None else passed.recorder.latest.get(number)

    def text(node: Placed) -> str:
        return text_of(node, lines)

    def compared() -> Broadcast | None:
        found = operation(passes.tree(), passed.marks[failed].span, seen, text)
        return None if found is None else clash(found)

    # A cell can reach the recorder, and leave in it what raises.
    broadcast = attempt(compared, passes.notebook.module)
    return None if isinstance(broadcast, Raised) else broadcast
