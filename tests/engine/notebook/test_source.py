"""A cell's text and the Python it stands for."""

from __future__ import annotations

import linecache

import pytest

from engine.notebook.source import hides_value, read_cell


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("x = 1", "x = 1\n"),
        ("  x = 1\n  y = 2", "x = 1\ny = 2\n"),
        (">>> def f():\n...     return 1\n>>> f()", "def f():\n    return 1\nf()\n"),
        ("In [3]: x\nIn [4]: y", "x\ny\n"),
        ("\n\nx", "\n\nx\n"),
        ("!ls", "get_ipython().system('ls')\n"),
        ("", "\n"),
    ],
)
def test_prompts_go_and_lines_keep_their_numbers(source: str, code: str) -> None:
    assert read_cell(source, 1).code == code


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (">>> x = 1\n>>> %time x", ("x = 1", "%time x")),
        ("%%time\nx\ny", ("%%time", "x", "y")),
        ("%time f( \\\n 1)\ny", ("get_ipython().run_line_magic('time', 'f(   1)')", "y")),
        ("x\r\ny", ("x", "y")),
    ],
)
def test_lines_are_those_the_student_sees(source: str, lines: tuple[str, ...]) -> None:
    cell = read_cell(source, 7)
    assert cell.lines == lines
    assert linecache.getline("<cell 7>", 2) == (lines[1] + "\n" if len(lines) > 1 else "")


@pytest.mark.parametrize(
    ("code", "hidden"),
    [
        ("x;", True),
        ("x; # why", True),
        ("x;\n\n", True),
        ("f(\n1\n);", True),
        ("x", False),
        ("';'", False),
        ("x # ;", False),
        ("a; b", False),
        ("", False),
    ],
)
def test_a_last_semicolon_hides_the_value(code: str, hidden: bool) -> None:
    assert hides_value(code) is hidden


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (">>> x = f(1)\n>>> x\ntensor([[1.],\n        [2.]])\n>>> x.T", "x = f(1)\nx\n\n\nx.T\n"),
        ("In [3]: y = 5\n   ...: y\nOut[3]: 5\n\nIn [4]: y", "y = 5\ny\n\n\ny\n"),
        (">>> x = 1\nx + 1", "x = 1\nx + 1\n"),
    ],
)
def test_answers_in_a_pasted_session_are_left_out(source: str, code: str) -> None:
    assert read_cell(source, 1).code == code
