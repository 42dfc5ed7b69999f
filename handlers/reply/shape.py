"""How the trace of a cell looks in a chat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from markupsafe import Markup

from engine.records import (
    CellReport,
    Failure,
    JobLimits,
    Note,
    Outcome,
    Result,
    ShapeReport,
    to_data,
)
from handlers.reply.answered import answered
from handlers.reply.card import card_short, exception, listing, notes, too_long
from handlers.reply.cell import cell_reply, news, replay_button
from handlers.reply.clash import NEXT_CLASH, clash_words
from handlers.reply.explained import explained, heading
from handlers.reply.record import Document, Reply
from handlers.reply.size import size
from handlers.reply.text import code, harmless, one_line, pre, stacked, trim, visible
from handlers.reply.trace import dtypes, table
from handlers.words import Say

EXPRESSION_UNITS: Final = 120
SHAPE_UNITS: Final = 200
PRINTED_UNITS: Final = {Outcome.OK: 300, Outcome.RAISED: 600}
PLACED: Final = (
    "note.largest",
    "note.flops",
    "note.inputs",
    NEXT_CLASH,
)  # each is said in its own place


def shape_reply(result: Result, say: Say, limits: JobLimits, cells: int) -> Reply:
    """The whole answer to code that was traced; what is no trace is told as /eval tells it.

    If the session was lost, `cells` of it can be run again.
    """
    report = answered(ShapeReport, result)
    if report is None or not _is_trace(result, report):
        return cell_reply(replace(result, data=_as_cell(result, report)), say, limits, cells)
    look = _Look(result, report, say)
    return Reply(
        stacked(look.blocks()),
        short=look.short(),
        buttons=replay_button(result, say, cells),
        documents=look.documents(),
        notes=(*report.notes, *(report.clash.notes if report.clash else ())),
    )


def _is_trace(result: Result, report: ShapeReport) -> bool:
    """Whether there are shapes to show, and nothing that says more than they do."""
    if result.outcome is Outcome.OK and report.failure is None:
        return bool(report.steps) or not (report.notes or visible(result.output))
    if result.outcome is Outcome.RAISED and report.failure is not None:
        return bool(report.steps) and report.failure.type != "NameError"
    return False


def _as_cell(result: Result, report: ShapeReport | None) -> dict[str, object]:
    if report is None:  # how a pool says why it ran nothing stays
        return {} if result.outcome in (Outcome.OK, Outcome.RAISED) else dict(result.data)
    said = (tuple(note for note in report.notes if note.key not in PLACED), report.explanation)
    cell: dict[str, object] = to_data(CellReport(None, None, report.failure, *said))
    return cell


class _Look:
    """A trace and its parts, each as a block of HTML."""

    def __init__(self, result: Result, report: ShapeReport, say: Say) -> None:
        self._result = result
        self._report = report
        self._say = say
        self._clash = clash_words(report, say)
        self._table = table(report.steps)
        self._output = visible(result.output)
        self._printed = trim(self._output, PRINTED_UNITS[result.outcome], lines=12)

    def blocks(self) -> Iterator[Markup]:
        yield self._title()
        if self._report.forecast:
            yield self._forecast()
        if self._report.steps:
            yield self._trace()
        yield from self._clash.blocks if self._clash else ()
        failure = self._report.failure
        if failure and failure.code and not self._is_marked():
            yield listing(failure.code)
        yield from notes(self._notes(), self._say)
        if failure and not self._clash:
            yield exception(failure)
        if self._report.explanation:
            yield from explained(self._report.explanation, self._say)
        if self._output:
            yield self._label() + "\n" + pre(self._printed.text) + self._rest()
        yield from news(self._result, failure, self._say)

    def short(self) -> Markup:
        if self._clash:
            return self._clash.short
        failure = self._report.failure
        if failure:
            return card_short(failure, self._say, self._report.explanation)
        return self._title()

    def documents(self) -> tuple[Document, ...]:
        failure, files = self._report.failure, []
        if self._table.hidden:
            whole = table(self._report.steps, room=1 << 20).text
            files.append(Document("shape.txt", _bytes(whole)))
        line = failure.line if failure and too_long(failure) else ""
        if self._printed.cut or line:
            files.append(Document("output.txt", _bytes("\n".join([self._output, line]).strip())))
        return tuple(files)

    def _title(self) -> Markup:
        report, say = self._report, self._say
        if self._clash:
            return self._clash.title
        if report.forecast:
            if self._values("note.flops"):
                return say("shape.long")
            return say("shape.large", size=size(say, report.needed_bytes))
        if report.failure:
            return self._failed(report.failure)
        return self._result_line()

    def _failed(self, failure: Failure) -> Markup:
        say, values = self._say, self._values("note.linear")
        if _counts(values, "takes", "last"):
            return say("shape.linear", takes=values["takes"], last=values["last"])
        name = heading(self._report.explanation, say)
        if name is not None:
            return say("explain.title", title=name)
        marked = [step.text for step in self._report.steps if step.failed]
        text = one_line(marked[-1] if marked else failure.type, EXPRESSION_UNITS)
        return say("shape.failed", code=code(text))

    def _result_line(self) -> Markup:
        if not self._report.steps:
            return self._say("shape.nothing")
        last = self._report.steps[-1]
        if last.depth and "(" not in last.shape:  # a number on the way, as in print(loss.item())
            last = next((step for step in reversed(self._report.steps) if step.dtype), last)
        found = code(one_line(last.shape, SHAPE_UNITS))
        if not last.dtype:
            return self._say("shape.value", value=found)
        return self._say("shape.ok", shape=found, dtype=one_line(last.dtype, SHAPE_UNITS))

    def _forecast(self) -> Markup:
        """That nothing was run, and what is too large in it."""
        said = [self._say("shape.forecast")]
        values = self._values("note.largest")
        if _counts(values, "bytes"):
            text = code(one_line(str(values.get("code")), EXPRESSION_UNITS))
            said.insert(
                0, self._say("note.largest", code=text, bytes=size(self._say, values["bytes"]))
            )
        values = self._values("note.flops")
        if _counts(values, "billions"):
            said.insert(0, self._say("note.flops", billions=values["billions"]))
        return Markup(" ").join(said)

    def _trace(self) -> Markup:
        hidden = self._report.hidden + self._table.hidden
        block = pre(self._table.text)
        if hidden > 0:
            block = self._say.n("shape.hidden", hidden) + "\n" + block
        said, types = [], dtypes(self._report.steps)
        if len(types) == 1:
            said.append(self._say("shape.dtype", dtype=one_line(types[0], SHAPE_UNITS)))
        said += notes((n for n in self._report.notes if n.key == "note.inputs"), self._say)
        return block + "\n" + Markup(" ").join(said) if said else block

    def _values(self, key: str) -> Mapping[str, Any]:
        return next((note.values for note in self._report.notes if note.key == key), {})

    def _notes(self) -> Iterator[Note]:
        """Notes that have no place of their own; an explanation says of a layer what they say."""
        said = (*PLACED, "note.linear") if self._report.explanation else PLACED
        return (note for note in self._report.notes if note.key not in said)

    def _is_marked(self) -> bool:
        failure = self._report.failure
        here = failure is not None and failure.cell == 0
        return here and any(step.failed for step in self._report.steps)

    def _label(self) -> Markup:
        return self._say("eval.before_error" if self._report.failure else "shape.printed")

    def _rest(self) -> Markup:
        hidden = self._printed.hidden
        if hidden:
            return "\n" + self._say.n("eval.hidden", hidden)
        return "\n" + self._say("eval.cut") if self._printed.cut else Markup("")


def _counts(values: Mapping[str, Any], *names: str) -> bool:
    """Whether these are numbers: a cell can overwrite what its own jail answers."""
    return all(type(values.get(name)) is int for name in names)


def _bytes(text: str) -> bytes:
    return harmless(text).encode("utf-8", "backslashreplace")
