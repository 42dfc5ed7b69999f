"""What is told of timed cells; how long they take is nobody's business here."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
import torch

from engine.jail.pool import Pool
from engine.records import (
    Answer,
    Call,
    CellReport,
    Job,
    JobLimits,
    Outcome,
    TimingReport,
    from_data,
)
from engine.timeit import measure
from tests.engine.notebook.cells import Session


@dataclass(slots=True)
class Timed:
    """One student's session; `answer` is that of the last timing."""

    session: Session = field(default_factory=Session)
    answer: Answer = field(default_factory=lambda: Answer({}))

    def evaluate(self, source: str) -> CellReport:
        return self.session.run(source)

    def time(self, *cells: str) -> TimingReport:
        call = Call({"cells": list(cells)}, (), self.session.state, lambda event: None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a jail prints warnings, it does not raise them
            self.answer = measure(call)
        return from_data(TimingReport, self.answer.data)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here hangs on how long is measured."""
    monkeypatch.setattr("engine.timeit.BUDGET_S", 0.04)


def keys(report: TimingReport) -> list[str]:
    return [note.key for note in report.notes]


def test_cell_is_timed_with_the_names_of_the_session() -> None:
    timed = Timed()
    timed.evaluate("x = torch.ones(4)")
    report = timed.time("y = x * 2\ny.sum()")
    assert (report.failure, report.notes) == (None, ())
    (timing,) = report.timings
    assert timing.runs >= 1
    assert timing.low_s <= timing.median_s <= timing.high_s
    assert timed.evaluate("y").failure is not None


def test_two_cells_come_in_their_order() -> None:
    report = Timed().time("sum(range(2000))", "sum(range(3))")
    assert len(report.timings) == 2
    assert report.timings[0].median_s > 0


def test_timing_adds_no_cell_to_the_session() -> None:
    timed = Timed()
    timed.evaluate("1")
    timed.time("2", "3")
    timed.evaluate("4")
    assert timed.evaluate("len(In), list(Out)").value == "(4, [1, 2])"


@pytest.mark.parametrize(
    "source",
    ["%timeit -n 10 sum(x)", "%%timeit x = [1, 2]\nsum(x)", ">>> sum(x)", "%matplotlib inline\nx"],
)
def test_what_a_notebook_would_understand_is_timed(source: str) -> None:
    timed = Timed()
    timed.evaluate("x = [1]")
    report = timed.time(source)
    assert report.failure is None
    assert len(report.timings) == 1


def test_only_the_first_call_prints(capsys: pytest.CaptureFixture[str]) -> None:
    report = Timed().time("import sys; print('seen'); print('too', file=sys.stderr)")
    assert len(report.timings) == 1
    assert capsys.readouterr() == ("seen\n", "too\n")


@pytest.mark.parametrize("source", ["return 1", "break", "yield 1", "x = = 2"])
def test_what_is_no_cell_is_a_syntax_error(source: str) -> None:
    report = Timed().time(source)
    assert report.failure is not None
    assert report.failure.type == "SyntaxError"
    assert [line.number for line in report.failure.code if line.marked] == [1]


def test_exception_is_shown_at_its_line_and_explained() -> None:
    timed = Timed()
    report = timed.time("a = torch.ones(2, 3)\na @ a")
    assert timed.answer.raised
    assert report.failure is not None
    assert report.failure.type == "RuntimeError"
    assert [line.text for line in report.failure.code if line.marked] == ["a @ a"]
    told = timed.evaluate("a = torch.ones(2, 3)\na @ a")
    assert told.failure is not None
    assert (report.failure.line, report.failure.code) == (told.failure.line, told.failure.code)
    assert report.explanation is not None
    assert told.explanation is not None
    assert report.explanation.slug == told.explanation.slug


@pytest.mark.parametrize(
    ("cells", "key", "text"),
    [
        (("1 // 0", "2"), "note.timeit_first", "1 // 0"),
        (("1", "2\n1 // 0"), "note.timeit_second", "1 // 0"),
    ],
)
def test_failing_one_of_two_cells_is_named(cells: Sequence[str], key: str, text: str) -> None:
    report = Timed().time(*cells)
    assert report.failure is not None
    assert report.failure.cell == 0
    assert [line.text for line in report.failure.code if line.marked] == [text]
    assert keys(report) == [key]
    assert report.timings == ()


def test_failure_of_a_later_call_says_that_the_first_passed() -> None:
    timed = Timed()
    timed.evaluate("x = torch.ones(2, requires_grad=True)\ny = (x * x).sum()")
    report = timed.time("y.backward()")
    assert report.failure is not None
    assert "second time" in report.failure.line
    assert report.explanation is not None
    assert "note.timeit_repeated" in keys(report)


def test_name_that_the_cell_assigns_is_not_the_session_s() -> None:
    timed = Timed()
    timed.evaluate("n = 1")
    report = timed.time("n += 1")
    assert report.failure is not None
    assert report.failure.type == "UnboundLocalError"
    assert [(note.key, dict(note.values)) for note in report.notes] == [
        ("note.timeit_local", {"name": "n"})
    ]
    assert keys(timed.time("missing += 1")) == []


@pytest.mark.parametrize(
    ("before", "source", "names"),
    [
        ("x = torch.ones(2)", "x.add_(1)", ["x"]),
        ("x = []", "x.append(1)", ["x"]),
        ("n = 0", "global n\nn = n + 1", ["n"]),
        ("w = torch.ones(2, requires_grad=True)", "(w * w).sum().backward()", ["w.grad"]),
        ("m = nn.Linear(1, 1, bias=False)", "m(torch.ones(1)).backward()", ["m.weight.grad"]),
        ("def f():\n    global a\n    a = 1", "f()", ["a"]),
        ("x = torch.ones(2)", "x + 1", None),
        ("x = torch.ones(2)", "y = x.clone(); y.add_(1)", None),
    ],
)
def test_what_the_runs_changed_is_named(before: str, source: str, names: list[str] | None) -> None:
    timed = Timed()
    timed.evaluate(before)
    report = timed.time(source)
    assert report.failure is None
    changed = [note.values["names"] for note in report.notes if note.key == "note.timeit_changed"]
    assert changed == ([] if names is None else [names])


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("torch.ones(3).sum()", "3", False),
        ("torch.arange(6.).view(2, 3).mean(0)", "np.array([1.5, 2.5, 3.5])", False),
        ("torch.ones(2, 1)", "torch.ones(2)", True),
        ("[1, 2]", "[1, 3]", True),
        ("1 + 1", "3", True),
        ("torch.rand(2)", "torch.rand(2)", False),
        ("x.add_(1)", "x.add_(2)", False),
        ("x = 1", "2", False),
        ("object()", "object()", False),
    ],
)
def test_cells_that_do_not_do_the_same_are_told_so(one: str, other: str, differ: bool) -> None:
    timed = Timed()
    timed.evaluate("x = torch.zeros(2)")
    assert ("note.timeit_differ" in keys(timed.time(one, other))) is differ


def test_loop_that_never_ends_is_not_begun() -> None:
    report = Timed().time("while ...:\n    pass")
    assert report.timings == ()
    assert "note.not_run" in keys(report)


def test_session_stays_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    timed = Timed()
    report = timed.time("torch.set_grad_enabled(False); import sys; sys.stdout = None")
    assert report.failure is None
    assert torch.is_grad_enabled()
    timed.evaluate("print('here')")
    assert capsys.readouterr().out == "here\n"


def test_device_and_modes_of_the_session_do_not_disturb() -> None:
    timed = Timed()
    try:
        timed.evaluate("torch.set_default_device('meta')")
        assert len(timed.time("torch.ones(2)", "3").timings) == 2
    finally:
        timed.evaluate("torch.set_default_device(None)")


def test_what_a_session_has_put_in_torch_s_place_does_not_disturb(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("tensor", "isfinite", "float64"):
        monkeypatch.setattr(torch, name, None)
    report = Timed().time("1", "2")
    assert report.failure is None
    assert len(report.timings) == 2


def test_session_that_cannot_be_looked_at_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    timed = Timed()
    timed.evaluate("x = torch.ones(2)")
    monkeypatch.setattr(torch.Tensor, "is_inference", None)
    report = timed.time("x.add_(1)")
    assert (len(report.timings), report.notes) == (1, ())


def test_error_that_is_no_cell_s_is_not_called_a_repeated_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.timeit.in_turns", None)
    report = Timed().time("1", "1")
    assert report.failure is not None
    assert (report.failure.code, report.notes) == ((), ())


def test_interrupt_of_a_later_call_is_not_called_an_error_of_it() -> None:
    timed = Timed()
    timed.evaluate("calls = []")
    report = timed.time("calls.append(1)\nif len(calls) > 1: raise KeyboardInterrupt")
    assert report.failure is not None
    assert report.failure.type == "KeyboardInterrupt"
    assert "note.timeit_repeated" not in keys(report)


async def test_stopped_timing_says_where_and_the_session_lives(pool: Pool) -> None:
    cells = {"cells": ["n + 1", "with torch.no_grad():\n    while True:\n        n + 1"]}
    await pool.run(Job("cell.evaluate", {"source": "n = 1"}, "timed"))
    result = await pool.run(Job("timing.measure", cells, "timed", limits=JobLimits(cpu_s=0.5)))
    report = from_data(TimingReport, result.data)
    assert result.outcome is Outcome.TIMEOUT
    assert report.failure is not None
    assert [line.number for line in report.failure.code if line.marked] in ([2], [3])
    assert "note.timeit_second" in keys(report)
    after = await pool.run(Job("cell.evaluate", {"source": "n, torch.is_grad_enabled()"}, "timed"))
    assert from_data(CellReport, after.data).value == "(1, True)"
