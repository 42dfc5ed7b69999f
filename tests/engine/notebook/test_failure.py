"""What a student sees of an exception."""

from __future__ import annotations

import pytest

from engine.records import Failure
from tests.engine.notebook.cells import Session, notes


def failure_of(source: str, session: Session | None = None) -> Failure:
    failure = (session or Session()).run(source).failure
    assert failure is not None
    return failure


def marked(failure: Failure) -> list[tuple[int, str]]:
    return [(line.number, line.text) for line in failure.code if line.marked]


def test_the_line_of_the_cell_is_marked_among_its_neighbours() -> None:
    failure = failure_of("a = 1\nb = 2\nc = 3\n1 / 0\nd = 4\ne = 5\nf = 6")
    assert [line.number for line in failure.code] == [2, 3, 4, 5, 6]
    assert marked(failure) == [(4, "1 / 0")]
    assert failure.line == "ZeroDivisionError: division by zero"


def test_the_innermost_line_of_the_user_is_marked_not_the_library() -> None:
    failure = failure_of("def f(x):\n    return F.relu(x)\nf('no')")
    assert marked(failure) == [(2, "    return F.relu(x)")]


def test_the_line_of_this_cell_that_led_into_a_function_is_told() -> None:
    session = Session()
    session.run("def f(x):\n    return g(x)\n\ndef g(x):\n    return x / 0")
    failure = failure_of("y = 1\nf(y)", session)
    assert marked(failure) == [(5, "    return x / 0")]
    assert failure.caller is not None
    assert (failure.caller.number, failure.caller.text) == (2, "f(y)")
    assert failure_of("1 / 0").caller is None


def test_the_line_of_a_cell_magic_leads_nowhere() -> None:
    assert failure_of("%%timeit\nx = 1\n1 / 0").caller is None
    session = Session()
    session.run("def f():\n    1 / 0")
    caller = failure_of("%%time\nx = 1\nf()", session).caller
    assert caller is not None
    assert (caller.number, caller.text) == (3, "f()")


def test_an_error_in_an_earlier_cell_is_told_so() -> None:
    session = Session()
    session.run("def f():\n    1 / 0")
    session.run("x = 1")
    failure = failure_of("f()", session)
    assert (failure.cell, marked(failure)) == (2, [(2, "    1 / 0")])


def test_a_syntax_error_has_its_line_and_place() -> None:
    report = Session().run("x = 1\nx = = 2")
    assert report.failure is not None
    assert report.failure.line == "SyntaxError: invalid syntax"
    assert marked(report.failure) == [(2, "x = = 2")]
    assert notes(report) == {"note.syntax": {"rest": "= 2"}}
    assert notes(Session().run("for i in x\n    i")) == {"note.syntax_end": {"line": 1}}


@pytest.mark.parametrize("source", ["return 5", "x = 1\n  y = 2", "def f():\nreturn 1"])
def test_the_beginning_of_a_line_is_not_pointed_out(source: str) -> None:
    assert notes(Session().run(source)) == {}


def test_prompts_and_leading_blank_lines_keep_the_line_numbers() -> None:
    assert marked(failure_of("\n\n1 / 0")) == [(3, "1 / 0")]
    assert marked(failure_of(">>> x = 1\n>>> 1 / 0")) == [(2, "1 / 0")]


def test_only_the_last_of_a_chain_is_told() -> None:
    failure = failure_of("try:\n    1 / 0\nexcept Exception as e:\n    raise KeyError('k') from e")
    assert (failure.type, failure.line) == ("KeyError", "KeyError: 'k'")


def test_notes_of_an_exception_belong_to_its_line() -> None:
    assert failure_of("e = ValueError('x')\ne.add_note('why')\nraise e").line.endswith("x\nwhy")


def test_long_text_and_long_lines_are_cut() -> None:
    failure = failure_of(f"a = '{'x' * 100}'\nraise ValueError('y' * 5000) # {'z' * 200}")
    assert len(failure.line) == 2000
    assert [len(line.text) for line in failure.code] == [60, 120]


def test_recursion_without_end_is_a_failure() -> None:
    failure = failure_of("def f(): return f()\nf()")
    assert failure.type == "RecursionError"
    assert marked(failure) == [(1, "def f(): return f()")]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("raise ExceptionGroup('many', [ValueError(1)])", "ExceptionGroup: many (1 sub-exception)"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("eval('1 +')", "SyntaxError: invalid syntax"),
        ("assert 1 == 2, 'no'", "AssertionError: no"),
        (
            "class E(Exception):\n    def __str__(self): raise ValueError\nraise E",
            "E: <exception str() failed>",
        ),
    ],
)
def test_the_last_line_is_pythons_own(source: str, line: str) -> None:
    assert failure_of(source).line == line
