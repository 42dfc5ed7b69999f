"""How the timing of one or two cells looks in a chat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from markupsafe import Markup

from engine.records import CellReport, JobLimits, Outcome, Result, Timing, TimingReport, to_data
from handlers.reply.answered import answered
from handlers.reply.card import notes
from handlers.reply.cell import cell_reply, news, replay_button
from handlers.reply.mono import grid
from handlers.reply.quantity import duration, grouped, ratio_text, sane, times
from handlers.reply.record import Document, Reply
from handlers.reply.text import Trimmed, harmless, pre, stacked, trim, visible
from handlers.words import Say

PRINTED_UNITS: Final = 600
NOISY_PERCENT: Final = 10  # of the median, from where on a timing is called noisy
ALIKE: Final = 1.01  # a ratio nearer to 1 is no difference that anybody would notice
FEW: Final = 4  # with fewer runs the quartiles are hardly any; only what is `CLEAR` is told
CLEAR: Final = 2.0
SLOW_START: Final = 10  # medians that a first call takes at least to be remarked on,
SLOW_START_S: Final = 1e-3  # and seconds
ONCE: Final = {
    "timeit.faster.first": "timeit.faster.first.once",
    "timeit.faster.second": "timeit.faster.second.once",
}
_LARGEST: Final = 1e12


def timing_reply(result: Result, say: Say, limits: JobLimits, cells: int) -> Reply:
    """The whole answer to cells that were timed; what is no timing is told as /eval tells it.

    If the session was lost, `cells` of it can be run again.
    """
    report = answered(TimingReport, result)
    if report is None or not _is_timing(result, report):
        return cell_reply(replace(result, data=_as_cell(result, report)), say, limits, cells)
    printed = trim(visible(result.output), PRINTED_UNITS, lines=12)
    title = _title(report, say)
    parts = (_numbers(report, say), notes(report.notes, say), _printed(printed, say))
    return Reply(
        stacked([title, *chain(*parts), *news(result, None, say)]),
        short=title,
        buttons=replay_button(result, say, cells),
        documents=_documents(result) if printed.cut else (),
        notes=report.notes,
    )


def _printed(printed: Trimmed, say: Say) -> Iterator[Markup]:
    if not printed.text:
        return
    block = say("timeit.printed") + "\n" + pre(printed.text)
    if printed.hidden:
        block += "\n" + say.n("eval.hidden", printed.hidden)
    elif printed.cut:
        block += "\n" + say("eval.cut")
    yield block


def _is_timing(result: Result, report: TimingReport) -> bool:
    done = result.outcome is Outcome.OK and report.failure is None
    return done and len(report.timings) in (1, 2)


def _as_cell(result: Result, report: TimingReport | None) -> dict[str, object]:
    if report is None:  # how a pool says why it ran nothing stays
        return {} if result.outcome in (Outcome.OK, Outcome.RAISED) else dict(result.data)
    said = (report.notes, report.explanation)
    cell: dict[str, object] = to_data(CellReport(None, None, report.failure, *said))
    return cell


def _documents(result: Result) -> tuple[Document, ...]:
    content = harmless(result.output).encode("utf-8", "backslashreplace")
    return (Document("output.txt", content),)


def _title(report: TimingReport, say: Say) -> Markup:
    if len(report.timings) == 1:
        return say("timeit.one", median=duration(say, report.timings[0].median_s))
    one, other = report.timings
    return _verdict(one, other, say)


def _verdict(one: Timing, other: Timing, say: Say) -> Markup:
    """Which of two is faster, unless the quartiles overlap or are none."""
    if one.overlaps(other):
        return say("timeit.tie")
    fast, slow = sorted((one, other), key=lambda timing: sane(timing.median_s))
    ratio = _divided(slow.median_s, fast.median_s)
    if ratio < ALIKE:
        return say("timeit.tie.close")
    if min(one.runs, other.runs) < FEW and ratio < CLEAR:
        return say("timeit.few")
    key = "timeit.faster.first" if fast is one else "timeit.faster.second"
    if _once((one, other)):
        return say(ONCE[key], times=times(say, ratio))
    return say(
        key,
        times=times(say, ratio),
        low=ratio_text(_divided(slow.low_s, fast.high_s)),
        high=ratio_text(_divided(slow.high_s, fast.low_s)),
    )


def _once(timings: Sequence[Timing]) -> bool:
    """Whether each ran once: there is no spread to speak of."""
    return all(each.runs == each.loops == 1 for each in timings)


def _divided(one: float, other: float) -> float:
    return min(sane(one) / sane(other), _LARGEST) if sane(other) else 1.0


def _numbers(report: TimingReport, say: Say) -> Iterator[Markup]:
    if len(report.timings) == 1:
        yield Markup(" ").join(_spread(report.timings[0], say))
    else:
        table = pre("\n".join(_table(report.timings, say)))
        yield table + "\n" + say("timeit.table.once" if _once(report.timings) else "timeit.table")
    if any(timing.noisy for timing in report.timings):
        percent = max(map(_percent, report.timings))
        yield say("timeit.noisy", percent=percent, most=NOISY_PERCENT)


def _percent(timing: Timing) -> int:
    """The interquartile range in hundredths of the median."""
    width, median = sane(timing.high_s) - sane(timing.low_s), sane(timing.median_s)
    return round(min(100 * width / median, _LARGEST)) if median else 0


def _spread(timing: Timing, say: Say) -> Iterator[Markup]:
    if timing.runs == timing.loops == 1:
        yield say("timeit.single")
        return
    loops = say.n("timeit.loops", timing.loops, count=grouped(timing.loops))
    low, high = duration(say, timing.low_s), duration(say, timing.high_s)
    yield say.n("timeit.runs", timing.runs, loops=loops, low=low, high=high)
    slow = timing.first_s >= max(SLOW_START * timing.median_s, SLOW_START_S)
    first = duration(say, timing.first_s)
    yield say("timeit.first.slow" if slow else "timeit.first", first=first)


def _table(both: Sequence[Timing], say: Say) -> list[str]:
    """At most 35 columns: a label, and a number with its unit for each."""
    spread: list[list[str]] = [
        [say("timeit.row.low"), *(duration(say, each.low_s) for each in both)],
        [say("timeit.row.high"), *(duration(say, each.high_s) for each in both)],
    ]
    rows: list[list[str]] = [
        ["", say("timeit.column.first"), say("timeit.column.second")],
        [say("timeit.row.median"), *(duration(say, each.median_s) for each in both)],
        *([] if _once(both) else spread),
        [say("timeit.row.first"), *(duration(say, each.first_s) for each in both)],
        [say("timeit.row.runs"), *(f"{each.runs}×{grouped(each.loops)}" for each in both)],
    ]
    return grid(rows)
