"""A pasted error is explained by what was pasted with it, and by no more."""

from __future__ import annotations

import pytest

from engine.pitfalls.pasted import explain_pasted, scene_of
from engine.pitfalls.rule import Scene
from engine.reading.traceback_text import read_error
from engine.records import Call, Certainty, CodeLine, ErrorReport, from_data

LEAF = "RuntimeError: a leaf Variable that requires grad is being used in an in-place operation."
CELL = "w = torch.tensor([1., 2.], requires_grad=True)\n(w ** 2).sum().backward()\nw -= w.grad"
JUPYTER = f"""\
---------------------------------------------------------------------------
RuntimeError                              Traceback (most recent call last)
Cell In[5], line 3
      1 w = torch.tensor([1., 2.], requires_grad=True)
      2 (w ** 2).sum().backward()
----> 3 w -= w.grad

{LEAF}"""


def explained(text: str) -> ErrorReport:
    answer = explain_pasted(Call({"text": text}, (), {}, lambda event: None))
    return from_data(ErrorReport, answer.data)


def scene(text: str) -> Scene:
    pasted = read_error(text)
    assert pasted is not None
    return scene_of(pasted)


@pytest.mark.parametrize(
    ("code", "lines", "line"),
    [
        ("      1 x = 1\n----> 2 y = x(", (), 0),
        ("      1 x = (1,\n----> 2 y = x.T", ("y = x.T",), 1),
        ("      1     x = 1\n----> 2     y = x.T\n      3 else:", ("x = 1", "y = x.T"), 2),
        ("      1 for i in x:\n----> 2     i.f()", ("for i in x:", "    i.f()"), 2),
        ("----> 1 for i in f(x):", ("for i in f(x):", "    pass"), 1),
        ("      1 def f():\n----> 2     return y", ("def f():", "    return y"), 2),
        ("----> 1 print(“a”)", ('print("a")',), 1),
    ],
)
def test_the_most_code_that_parses_is_looked_at(
    code: str, lines: tuple[str, ...], line: int
) -> None:
    found = scene(f"{code}\n\nRuntimeError: no")

    assert (found.lines, found.line) == (lines, line)
    assert (found.tree is None) is (lines == ())


def test_visible_code_makes_the_cause_likely_and_not_more() -> None:
    report = explained(JUPYTER)

    assert report.line == LEAF
    assert [line.number for line in report.code if line.marked] == [3]
    assert report.explanation is not None
    assert report.explanation.certainty is Certainty.LIKELY
    assert not report.explanation.fix_ran


def test_a_cell_beside_its_error_is_looked_at() -> None:
    report = explained(f"Почему?\n{CELL}\n\n{LEAF}")

    assert report.code == ()
    assert report.explanation is not None
    assert report.explanation.certainty is Certainty.LIKELY


def test_the_message_alone_tells_what_is_usual() -> None:
    report = explained(LEAF)

    assert report.explanation is not None
    assert report.explanation.certainty is Certainty.USUAL


def test_an_unknown_error_has_no_explanation() -> None:
    assert explained("RuntimeError: something else") == ErrorReport(
        "RuntimeError: something else", (), None
    )


def test_text_without_an_error_has_no_line() -> None:
    assert explained("привет") == ErrorReport("", (), None)


def test_a_long_frame_is_shown_around_its_failing_line() -> None:
    lines = [f"{'---->' if n == 20 else '     '} {n} x = {n}" for n in range(1, 40)]
    report = explained("\n".join([*lines, "", "RuntimeError: no"]))

    assert CodeLine(20, "x = 20", marked=True) in report.code
    assert len(report.code) == 9
