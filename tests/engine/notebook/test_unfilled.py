"""Cells that define, call or loop in unfilled functions."""

from __future__ import annotations

import pytest

from tests.engine.notebook.cells import Session, notes

NEWTON = "def newton(p):\n    x = ...\n    while ...:\n        ...\n    return x"
POWER = "class Power:\n    @staticmethod\n    def apply(x): ...\n    def other(self): return 1"


def test_a_definition_is_noted_and_runs() -> None:
    session = Session()
    report = session.run(NEWTON)
    assert notes(report) == {"note.unfilled": {"names": ["newton"]}}
    assert session.run("callable(newton)").value == "True"


@pytest.mark.parametrize(
    "source",
    [
        "newton(1)",
        "x = newton(1)\nprint(x)",
        "print('before', newton(1))",
        "with torch.no_grad():\n    newton(1)",
        "%timeit newton(1)",
        "%timeit -n 3 newton(1)",
        "%%timeit\nx = newton(1)",
        "%%timeit x = newton(1)\nx",
        "%%time\nnewton(1)",
    ],
)
def test_a_call_that_would_never_end_is_not_run(
    source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Session()
    session.run(NEWTON)
    report = session.run(source)
    assert notes(report) == {
        "note.unfilled": {"names": ["newton"]},
        "note.not_run": {},
    }
    assert report.failure is None
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "source",
    [
        NEWTON + "\nnewton(1)",
        "class A:\n    @staticmethod\n    def go():\n        while ...: ...\nA.go()",
        "while ...:\n    ...",
    ],
)
def test_a_loop_of_the_cell_itself_is_not_run(source: str) -> None:
    assert "note.not_run" in notes(Session().run(source))


@pytest.mark.parametrize(
    "source",
    [
        "newton = lambda p: 1\nnewton(1)",
        "def newton(p): return 1\nnewton(1)",
        "lambda: newton(1)",
        "def other(): return newton(1)",
        "if False: newton(1)",
        "[newton(1) for _ in []]",
        "newton",
        "x = 'newton(1)'",
    ],
)
def test_what_may_end_is_run(source: str) -> None:
    session = Session()
    session.run(NEWTON)
    assert "note.not_run" not in notes(session.run("done = 1\n" + source))
    assert session.run("done").value == "1"


def test_a_filled_function_is_no_longer_noted() -> None:
    session = Session()
    session.run(NEWTON)
    session.run("def newton(p): return p")
    report = session.run("newton(2)")
    assert (report.value, report.notes) == ("2", ())


def test_methods_and_aliases_lead_to_their_class() -> None:
    session = Session()
    session.run(POWER)
    unfilled = {"names": ["Power.apply"]}
    assert notes(session.run("Power.apply(1)"))["note.unfilled"] == unfilled
    session.run("alias = Power.apply\nobject_ = Power()\nmethod = object_.other")
    assert "note.unfilled" in notes(session.run("alias(1)"))
    assert "note.unfilled" in notes(session.run("object_.apply(1)"))
    assert "note.unfilled" not in notes(session.run("method()"))
    assert "note.unfilled" not in notes(session.run("object_.other()"))


def test_a_class_method_kept_under_a_name_leads_to_its_class() -> None:
    session = Session()
    session.run("class Power:\n    @classmethod\n    def apply(cls): ...\n    def m(self): ...")
    session.run("apply = Power.apply")
    names = notes(session.run("apply()"))["note.unfilled"]["names"]
    assert names == ["Power.apply", "Power.m"]


def test_a_wrapped_function_is_looked_through() -> None:
    session = Session()
    session.run("@torch.no_grad()\n" + NEWTON)
    assert "note.not_run" in notes(session.run("newton(1)"))


def test_a_function_that_wraps_itself_is_looked_at_once() -> None:
    session = Session()
    session.run("def f(): ...\nf.__wrapped__ = f")
    assert notes(session.run("f()"))["note.unfilled"]["names"] == ["f"]


def test_a_call_of_another_unfilled_function_raises_what_it_raises() -> None:
    session = Session()
    session.run("def area(r):\n    return ...")
    report = session.run("area(1) + 1")
    assert report.failure is not None
    assert report.failure.type == "TypeError"
    assert notes(report)["note.unfilled"]["names"] == ["area"]


def test_an_interrupt_in_an_unfilled_loop_is_explained() -> None:
    session = Session()
    session.run("def step(): __import__('os').kill(__import__('os').getpid(), 2)")
    session.run("def newton():\n    while ...:\n        step()")
    report = session.run("f = [newton][0]\nf()")
    assert report.failure is not None
    assert report.failure.type == "KeyboardInterrupt"
    assert notes(report)["note.unfilled"]["names"] == ["newton"]


def test_an_index_is_never_noted() -> None:
    assert Session().run("x = torch.ones(2, 2)\nx[..., 1]").notes == ()


@pytest.mark.parametrize("source", ["x = 1\nloss = ...", "def f():\n    return 1\nx = ..."])
def test_an_unfilled_line_of_the_cell_itself_is_told_by_its_number(source: str) -> None:
    line = source.count("\n") + 1
    assert notes(Session().run(source)) == {"note.unfilled_cell": {"line": line}}
