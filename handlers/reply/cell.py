"""How the result of a notebook cell looks in a chat."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from markupsafe import Markup

from engine.records import (
    CellReport,
    Failure,
    JobLimits,
    Outcome,
    Result,
    SessionStart,
    TensorFacts,
)
from handlers.reply import picture
from handlers.reply.answered import answered
from handlers.reply.card import card, card_short, exception, listing, notes, too_long
from handlers.reply.explained import explained
from handlers.reply.record import Button, Document, Reply
from handlers.reply.size import size
from handlers.reply.text import clip, code, harmless, one_line, pre, stacked, trim, visible
from handlers.words import Say

OUTPUT_UNITS: Final = 2200
VALUE_UNITS: Final = 1200
LARGE_BYTES: Final = 1 << 20

LOST: Final = {
    SessionStart.LOST_IDLE: "session.lost_idle",
    SessionStart.LOST_BUDGET: "session.lost_budget",
    SessionStart.LOST_DIED: "session.lost_died",
}
STOPPED: Final = {
    Outcome.MEMORY: ("eval.memory", "eval.memory.advice"),
    Outcome.OUTPUT: ("eval.output", "eval.output.advice"),
    Outcome.REFUSED: ("eval.refused", "eval.refused.advice"),
    Outcome.KILLED: ("eval.killed", "eval.killed.advice"),
    Outcome.FAULT: ("eval.fault", "eval.fault.advice"),
    Outcome.STOPPED: ("eval.stopped", "eval.stopped.advice"),
    Outcome.CANCELLED: ("eval.cancelled", None),
    Outcome.BUSY: ("eval.busy", "eval.busy.advice"),
}


def cell_reply(
    result: Result, say: Say, limits: JobLimits, cells: int, typed: Markup | None = None
) -> Reply:
    """The whole answer to a cell, below what was `typed` if that is not in the chat yet.

    If the session was lost, `cells` of it can be run again.
    """
    report = answered(CellReport, result)
    look = _Look(result, report, say, limits)
    return Reply(
        stacked(chain([typed] if typed else [], look.blocks())),
        short=look.short(),
        buttons=replay_button(result, say, cells),
        pictures=look.pictures,
        documents=look.documents(),
        notes=report.notes if report else (),
    )


def replay_button(result: Result, say: Say, cells: int) -> tuple[Button, ...]:
    """The button that runs the cells of a lost session again, if it is lost and has any."""
    lost = result.session in LOST or (result.session and not result.session_alive)
    if not lost or not cells:
        return ()
    return (Button(say("session.replay", n=cells), "replay"),)


class _Look:
    """One result and its parts, each as a block of HTML."""

    def __init__(
        self, result: Result, report: CellReport | None, say: Say, limits: JobLimits
    ) -> None:
        self._result = result
        self._report = report
        self._say = say
        self._limits = limits
        self._value = visible((report.value if report else None) or "")
        self._output = visible(result.output)
        self._shown_value = trim(self._value, VALUE_UNITS if self._output else OUTPUT_UNITS)
        whole = result.output_total <= limits.shown_bytes  # else its end has been dropped
        self._shown_output = trim(self._output, OUTPUT_UNITS, end=whole)
        self.pictures = tuple(p for p in result.blobs if picture.acceptable(p))[: picture.MOST]

    def blocks(self) -> Iterator[Markup]:
        if self._outcome is Outcome.OK:
            yield from self._printed()
            yield from self._answer()
        else:
            yield from self._failed()
            raised = self._outcome is Outcome.RAISED
            yield from self._printed(
                self._say("eval.before_error" if raised else "eval.before_stop")
            )
        yield from self._news()

    def short(self) -> Markup:
        if self._outcome is Outcome.OK:
            line = one_line(self._value or self._output, 200)
            return code(line) if line else next(self._answer())
        if self._outcome is Outcome.RAISED and self._report and self._report.failure:
            return card_short(self._report.failure, self._say, self._report.explanation)
        return self._title()

    def documents(self) -> tuple[Document, ...]:
        failure = self._report.failure if self._report else None
        line = failure.line if failure and too_long(failure) else ""
        if not (self._shown_output.cut or self._shown_value.cut or line):
            return ()
        parts = [part for part in (self._output, self._value, line) if part]
        content = harmless("\n".join(parts)).encode("utf-8", "backslashreplace")
        return (Document("output.txt", content),)

    @property
    def _outcome(self) -> Outcome:
        outcome = self._result.outcome
        answered = outcome in (Outcome.OK, Outcome.RAISED)
        failed = self._report is not None and self._report.failure is not None
        if answered and (self._report is None or failed is not (outcome is Outcome.RAISED)):
            return Outcome.KILLED
        return outcome

    def _printed(self, label: Markup | None = None) -> Iterator[Markup]:
        if not self._output:
            return
        shown = self._shown_output
        block = pre(shown.text) + self._rest(shown.hidden, shown.cut)
        if self._result.output_total > self._limits.shown_bytes:
            block += "\n" + self._say(
                "eval.dropped",
                kept=size(self._say, self._limits.shown_bytes),
                total=size(self._say, self._result.output_total),
            )
        yield label + "\n" + block if label else block

    def _answer(self) -> Iterator[Markup]:
        assert self._report is not None
        if self._value:
            shown = self._shown_value
            yield pre(shown.text) + self._rest(shown.hidden, shown.cut)
        if self._report.tensor:
            yield attributes(self._report.tensor, self._say)
        said = list(self._notes())
        yield from said
        refused = len(self._result.blobs) - len(self.pictures)
        if refused:
            yield self._say.n("eval.pictures.refused", refused)
        if not (self._value or said or refused or self._output):
            yield self._say("eval.drawn" if self.pictures else "eval.silent")

    def _notes(self) -> Iterator[Markup]:
        said = self._report.notes if self._report else ()
        if self._result.session is not SessionStart.KEPT:  # our own news says more
            said = tuple(note for note in said if note.key != "note.missing_name")
        yield from notes(said, self._say)

    def _rest(self, hidden: int, cut: bool) -> Markup:
        if hidden:
            return "\n" + self._say.n("eval.hidden", hidden)
        return "\n" + self._say("eval.cut") if cut else Markup("")

    def _failed(self) -> Iterator[Markup]:
        if self._outcome is Outcome.RAISED:
            assert self._report is not None
            assert self._report.failure is not None
            yield from card(self._report.failure, self._say, self._report.explanation)
            yield from self._notes()
            return
        yield self._title()
        failure = self._report.failure if self._report else None
        if failure and failure.code:
            yield listing(failure.code)
        if failure and self._outcome is Outcome.MEMORY:
            yield exception(failure)
        why = list(self._explained())
        yield from why
        advice = self._advice()
        if advice and not why:
            yield self._say(advice)
        yield from self._notes()

    def _explained(self) -> Iterator[Markup]:
        """Why a cell was stopped, where the loop it was stopped in shows that."""
        found = self._report.explanation if self._report else None
        if found is not None and self._outcome is Outcome.TIMEOUT:
            yield from explained(found, self._say)

    def _title(self) -> Markup:
        if self._outcome is Outcome.TIMEOUT:
            seconds = self._limits.wall_s if self._waited else self._limits.cpu_s
            return self._say("eval.timeout", seconds=f"{seconds:g}")
        ahead = self._result.data.get("ahead")
        if self._outcome is Outcome.OUTPUT:
            return self._say("eval.output", total=size(self._say, self._result.output_total))
        if self._outcome is Outcome.BUSY and isinstance(ahead, int):
            return self._say.n("eval.busy.ahead", ahead)
        return self._say(STOPPED[self._outcome][0])

    def _advice(self) -> str | None:
        if self._outcome is Outcome.TIMEOUT:
            return "eval.timeout.waited" if self._waited else "eval.timeout.computed"
        return STOPPED[self._outcome][1]

    @property
    def _waited(self) -> bool:
        """Whether it was the wall time that ran out, not the CPU's."""
        return self._result.cpu_s < 0.9 * self._limits.cpu_s

    def _news(self) -> Iterator[Markup]:
        if self._outcome in (Outcome.OK, Outcome.RAISED):
            yield from news(self._result, self._report.failure if self._report else None, self._say)
            return
        yield from lost(self._result, self._say)
        if self._result.session_alive:
            yield self._say("session.kept")
        elif self._result.session is not None and self._outcome is not Outcome.STOPPED:
            yield self._say("session.gone")  # the advice of STOPPED says it already


def lost(result: Result, say: Say) -> Iterator[Markup]:
    """That the session is another than before, and why."""
    if result.session in LOST:
        yield say(LOST[result.session])


def news(result: Result, failure: Failure | None, say: Say) -> Iterator[Markup]:
    """What there is to tell of the session of a cell that came to its end."""
    yield from lost(result, say)
    if result.session is SessionStart.NEW and failure and failure.type == "NameError":
        yield say("session.new")


def attributes(facts: TensorFacts, say: Say) -> Markup:
    """One line about a tensor, in the words that torch itself prints."""
    parts = [
        f"shape {tuple(facts.shape)}",
        f"rank {len(facts.shape)}",
        facts.dtype,
        facts.type,
        facts.device,
        f"requires_grad={facts.requires_grad}",
        f"grad_fn={facts.grad_fn}",
    ]
    line = code(" · ".join(clip(harmless(part), 120) for part in parts))
    if facts.memory_bytes >= LARGE_BYTES:
        line += " · " + size(say, facts.memory_bytes)
    return line
