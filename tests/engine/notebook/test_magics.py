"""Magics and shell lines: timed, accepted or declined, and the rest of the cell runs."""

from __future__ import annotations

import re

import pytest

from tests.engine.notebook.cells import Session, notes

SENTENCE = re.compile(
    r"\S+ (s|ms|μs|ns) ± \S+ (s|ms|μs|ns) per loop "
    r"\(mean ± std\. dev\. of (\d+) runs?, ([\d,]+) loops? each\)\n"
)


@pytest.mark.parametrize(
    ("source", "runs", "loops"),
    [
        ("%timeit -n 3 -r 2 1 + 1", "2", "3"),
        ("%%timeit -n1 -r1\nx = 1", "1", "1"),
        ("%%timeit -n 2000 -r 2 y = 5\ny + 1", "2", "2,000"),
    ],
)
def test_timeit_prints_jupyters_sentence(
    source: str, runs: str, loops: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report = Session().run(source)
    assert report.failure is None
    match = SENTENCE.fullmatch(capsys.readouterr().out)
    assert match
    assert match.group(3, 4) == (runs, loops)


def test_timeit_leaves_names_alone_and_sees_those_of_the_session() -> None:
    session = Session()
    session.run("a = 2")
    assert session.run("%%timeit -n1 -r1\na + 1\nb = a").failure is None
    assert session.run("'b' in dir()").value == "False"


@pytest.mark.parametrize("source", ["%time 1 + 1", "%%time\nz = 1\nz + 1"])
def test_time_prints_times_and_shows_the_value(
    source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Session().run(source).value == "2"
    assert re.match(r"CPU times: user .*, sys: .*, total: .*\nWall time: ", capsys.readouterr().out)


def test_an_error_in_a_timed_body_is_told_at_its_own_line() -> None:
    for source, line in (
        ("%%timeit\nx = 1\n1 / 0", 3),
        ("x = 1\n%timeit 1 / 0", 2),
        ("%%time\nx = 1\n1 / 0", 3),
        ("%%timeit\n\n1 / 0", 3),
    ):
        failure = Session().run(source).failure
        assert failure is not None
        assert [code.number for code in failure.code if code.marked] == [line]
        assert "1 / 0" in next(code.text for code in failure.code if code.marked)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("!pip install x", "!pip install x"),
        ("%pip install x", "%pip install x"),
        ("%cd /tmp", "%cd /tmp"),
        ("files = !ls", "!ls"),
    ],
)
def test_shell_lines_are_declined_and_the_rest_runs(line: str, command: str) -> None:
    report = Session().run(f"{line}\n5")
    assert report.value == "5"
    assert notes(report) == {"note.shell": {"command": command}}


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("%%bash\nls", ("note.shell", {"command": "%%bash"})),
        ("%run a.py", ("note.magic", {"name": "%run"})),
        ("%%writefile a.py\nx", ("note.magic_cell", {"name": "%%writefile"})),
        ("!ls\n!ls", ("note.shell", {"command": "!ls"})),
    ],
)
def test_other_magics_are_declined(source: str, note: tuple[str, dict[str, str]]) -> None:
    assert notes(Session().run(source)) == dict([note])


def test_a_quiet_timeit_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Session().run("%timeit -q -n1 -r1 1")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("line", ["%matplotlib inline", "%load_ext autoreload", "%autoreload 2"])
def test_magics_without_a_meaning_here_are_accepted(line: str) -> None:
    report = Session().run(f"{line}\n5")
    assert (report.value, report.notes, report.failure) == ("5", (), None)


def test_a_question_mark_shows_signature_docstring_and_type(
    capsys: pytest.CaptureFixture[str],
) -> None:
    session = Session()
    session.run('def f(x: int) -> int:\n    """Twice x."""\n    return 2 * x')
    assert session.run("f?").failure is None
    assert capsys.readouterr().out == (
        "Signature: f(x: int) -> int\nDocstring:\nTwice x.\nType: function\n"
    )
    session.run("f??")
    assert "    return 2 * x\n" in capsys.readouterr().out
    session.run("?torch.randn")
    assert "normal distribution" in capsys.readouterr().out
    session.run("torch.nothing?")
    assert capsys.readouterr().out == "Object `torch.nothing` not found.\n"


def test_timeit_returns_what_it_measured_when_asked() -> None:
    session = Session()
    assert session.run("t = %timeit -o -q -n 2 -r 3 1 + 1\n(t.loops, t.repeat)").value == "(2, 3)"
    assert session.run("t.best <= t.average <= t.worst, len(t.timings)").value == "(True, 3)"
    assert (session.run("t").value or "").startswith("<TimeitResult : ")


def test_a_captured_cell_runs_and_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    session = Session()
    report = session.run(
        "%%capture out\nimport matplotlib.pyplot as plt\nq = 5\nprint(q)\nplt.plot([q])\nq"
    )
    assert (report.value, report.notes, session.answer.blobs) == (None, (), ())
    assert capsys.readouterr().out == ""
    assert session.run("q, out.stdout").value == "(5, '5\\n')"


def test_ipythons_own_get_ipython_serves_magics_too() -> None:
    session = Session()
    session.run("from IPython import get_ipython")
    assert session.run("%time 1 + 1").value == "2"
    assert session.run("get_ipython() is None").value == "False"
