"""Records come back from plain data as they were; anything else is refused."""

import json

import pytest

from engine.records import (
    CellReport,
    CodeLine,
    Failure,
    JobLimits,
    Malformed,
    Note,
    Outcome,
    Result,
    SessionStart,
    TensorFacts,
    from_data,
    to_data,
)

FACTS = TensorFacts((2, 0), "torch.int64", "torch.LongTensor", "cpu", True, "AddBackward0", 16)
REPORTS = [
    CellReport(),
    CellReport("tensor(1)", FACTS, None, (Note("note.unfilled", {"names": ["f"]}),)),
    CellReport(failure=Failure("E", "E: \ud800", (CodeLine(1, "x", True),), 2)),
]


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_survives_json(report: CellReport) -> None:
    assert from_data(CellReport, json.loads(json.dumps(to_data(report)))) == report


def test_enumerations_and_whole_seconds_survive() -> None:
    data = json.loads(json.dumps(to_data(JobLimits(cpu_s=8))))
    assert from_data(JobLimits, data) == JobLimits()
    assert to_data(Result(Outcome.OK, session=SessionStart.NEW))["session"] == "new"


@pytest.mark.parametrize(
    "change",
    [
        {"number": True},
        {"number": 1.5},
        {"text": None},
        {"marked": 1},
        {"surplus": 1},
    ],
)
def test_a_field_of_another_type_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        from_data(CodeLine, {"number": 1, "text": "x", "marked": True} | change)


@pytest.mark.parametrize("data", [None, [], "x", {}, {"number": 1}])
def test_what_is_no_record_is_refused(data: object) -> None:
    with pytest.raises(Malformed):
        from_data(CodeLine, data)


def test_nested_tuples_are_checked() -> None:
    data = to_data(REPORTS[1])
    data["tensor"]["shape"] = [2, "0"]
    with pytest.raises(Malformed):
        from_data(CellReport, data)
