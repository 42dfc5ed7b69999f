"""What a session's jail answers is a user's: whatever it says, a message comes of it that fits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.records import (
    CellReport,
    Certainty,
    Explanation,
    Failure,
    JobLimits,
    Json,
    Note,
    Outcome,
    Result,
    SessionStart,
    ShapeReport,
    Timing,
    TimingReport,
    TraceStep,
    to_data,
)
from handlers.reply import Corrections, cell_reply, shape_reply, timing_reply
from handlers.reply.answered import ITEMS, answered
from handlers.reply.text import MESSAGE_UNITS, shown_units
from handlers.words import Words
from tests.handlers.test_shape import CLASH, REPAIR

SAY = Words()("en")
HUGE = int("9" * 4300)  # as many digits as Python reads
LONG = "x" * 500_000
DEEP: Json = json.loads("[" * 900 + "]" * 900)
FAILED = Failure("RuntimeError", "RuntimeError: no")
CELL = to_data(CellReport(None, None, FAILED))
TRACE = to_data(
    ShapeReport((TraceStep("x", 0, 1, "", "", True),), 0, False, 0, FAILED, CLASH, None, (), ())
)


def result(data: Any, outcome: Outcome = Outcome.RAISED) -> Result:
    return Result(outcome, data, session=SessionStart.KEPT, session_alive=True)


def note(key: str, /, **values: Json) -> dict[str, Json]:
    return {"key": key, "values": values}


FORGED = {
    "a note with values of our own names": {"notes": [note("note.inputs", key=1, self=1, n=1)]},
    "a note whose values lack": {"notes": [note("note.linear")]},
    "a note of another catalogue": {"notes": [note("mistake.long"), note("correction.x")]},
    "a deep value": {"notes": [note("note.inputs", names=DEEP)]},
    "a number of thousands of digits": {"notes": [note("note.linear", takes=HUGE, last=HUGE)]},
    "notes by the thousand": {"notes": [note("note.repeated")] * 3000},
    "values by the thousand": {"notes": [note("note.inputs", names=[0] * 100_000)]},
    "an unknown mistake": {
        "explanation": to_data(Explanation("no_such", Certainty.PROVED, {"key": "\ud800"}, LONG))
    },
    "unknown causes": {
        "explanation": to_data(Explanation("", Certainty.USUAL, causes=("x",) * 999))
    },
}
FORGED_TRACES = {
    **FORGED,
    "a clash of numbers beyond reason": {
        "clash": {
            **to_data(CLASH),
            "axes": [{**to_data(CLASH.axes[0]), "sizes": [HUGE, -HUGE], "position": HUGE}],
        }
    },
    "a clash without axes": {"clash": {**to_data(CLASH), "axes": []}},
    "a clash of no axis": {"clash": {**to_data(CLASH), "failing": 10**9}},
    "a clash of fewer sizes": {
        "clash": {**to_data(CLASH), "axes": [{**to_data(CLASH.axes[0]), "sizes": [3]}]}
    },
    "a repair that means nothing": {
        "repairs": [{**to_data(REPAIR), "meaning": note("repair.along")}]
    },
    "repairs by the thousand": {"repairs": [to_data(REPAIR)] * 1000},
    "a layer of numbers beyond reason": {
        "clash": None,
        "notes": [note("note.linear", takes=HUGE, last=HUGE)],
    },
    "an endless expression": {"steps": [to_data(TraceStep(LONG, -9, -9, LONG, LONG, False))]},
    "a negative number of steps": {"steps": [], "hidden": -(10**20)},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_cell_is_told_in_a_message_that_fits(forged: dict[str, Json]) -> None:
    assert_fits(cell_reply(result({**CELL, **forged}), SAY, JobLimits(), 0))


@pytest.mark.parametrize("forged", FORGED_TRACES.values(), ids=FORGED_TRACES)
def test_a_forged_trace_is_told_in_a_message_that_fits(forged: dict[str, Json]) -> None:
    assert_fits(shape_reply(result({**TRACE, **forged}), SAY, JobLimits(), 0))


@pytest.mark.parametrize("number", [0, -1, 1e308, -1e308, 5e-324, float("nan"), float("inf"), HUGE])
@pytest.mark.parametrize("place", ["first_s", "median_s", "low_s", "high_s", "runs", "loops"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_forged_timing_is_told_in_a_message_that_fits(
    number: float, place: str, count: int
) -> None:
    forged = {**to_data(Timing(1.0, 1.0, 1.0, 1.0, 1, 2, noisy=True)), place: number}
    forged |= {"high_s": number} if place == "low_s" else {}
    other = to_data(Timing(1.0, 2.0, 2.0, 2.0, 1, 1, noisy=False))
    timings = [forged, other, other][:count]
    data = {**to_data(TimingReport()), "timings": timings}
    assert_fits(timing_reply(result(data, Outcome.OK), SAY, JobLimits(), 0))


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.RAISED])
def test_a_forged_report_of_timings_is_told_in_a_message_that_fits(
    forged: dict[str, Json], outcome: Outcome
) -> None:
    timing = Timing(1.0, 1.0, 1.0, 1.0, 1, 2, noisy=False)
    failure = FAILED if outcome is Outcome.RAISED else None
    data = {**to_data(TimingReport((timing, timing), failure)), **forged}
    assert_fits(timing_reply(result(data, outcome), SAY, JobLimits(), 0))


def assert_fits(reply: Any) -> None:
    for text in (reply.text, reply.short):
        assert 0 < shown_units(text) <= MESSAGE_UNITS
    news = Corrections(["graph_cycle"]).news(1, reply.notes, "", SAY)
    assert news is None or "graph" in news


def test_a_correction_that_is_forged_a_thousand_times_is_said_once() -> None:
    forged = [Note("correction.second_backward", {"name": "x"})] * 1000

    news = Corrections(["second_backward"]).news(1, forged, "", SAY)

    assert news is not None
    assert news.count("\n") == 1  # a heading and one line


@pytest.mark.parametrize(
    "value",
    [[0] * ITEMS, DEEP, HUGE, {"a": {"b": [1, -HUGE]}}],
    ids=["many", "deep", "huge", "negative"],
)
def test_what_is_beyond_all_bounds_is_no_answer(value: Json) -> None:
    forged = {**CELL, "notes": [note("note.inputs", names=value)]}

    assert answered(CellReport, result(forged)) is None
    assert answered(CellReport, result(CELL)) is not None
