"""The seminar's cells, and what a notebook shows for anything a student may send."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest

from engine.cell import warm
from engine.notebook.figures import take_figures
from engine.records import CellReport
from tests.engine.notebook.cells import Session, notes

SEMINAR: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "seminar_cells.json").read_text(encoding="utf-8")
)


def test_seminar_replays_with_its_recorded_outputs(capsys: pytest.CaptureFixture[str]) -> None:
    session = Session()
    for cell in SEMINAR:
        report = session.run(cell["source"])
        shown = _comparable(capsys.readouterr().out + (report.value or "") + _error(report))
        for line in _comparable(cell["recorded"] or "").splitlines():
            assert line.strip() in shown, cell["source"]
        assert (report.failure.type if report.failure else None) == cell["raises"]
        if cell["unfilled"]:
            assert "note.unfilled" in notes(report)
    assert session.run("mul_const").value  # the names are still there


def _error(report: CellReport) -> str:
    if report.failure is None:
        return ""
    marked = [line.text for line in report.failure.code if line.marked]
    return "\n".join([*marked, report.failure.line])


def _comparable(text: str) -> str:
    without_address = re.sub(r"0x[0-9a-f]+", "0x", text)
    return re.sub(r"^\d+\.\d+\.\d+\S*$", "version", without_address, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 1", "2"),
        ("None", None),
        ("x = 3", None),
        ("x = 3\nx;", None),
        ("';'", "';'"),
        ("", None),
        ("# nothing", None),
        (">>> 2 * 21\n", "42"),
        ("In [1]: 6 * 7", "42"),
        ("\n\n  5\n", "5"),
        ("{'a': torch.ones(1)}", "{'a': tensor([1.])}"),
        ("globals() is vars(__import__('sys').modules['__main__'])", "True"),
        ("F.relu(torch.tensor(-1.)), math.floor(2.5), len(np.ones(3))", "(tensor(0.), 2, 3)"),
    ],
)
def test_last_expression_is_shown_as_jupyter_does(source: str, value: str | None) -> None:
    report = Session().run(source)
    assert report.failure is None
    assert report.value == value


def test_names_outputs_and_inputs_are_kept_as_in_jupyter() -> None:
    session = Session()
    session.run("x = 5\nx")
    session.run("x + 1")
    assert session.run("_, __, _1, Out[2], In[1]").value == "(6, 5, 5, 6, 'x = 5\\nx')"
    assert session.run("Out[1]; Out").value == "{1: 5, 2: 6, 3: (6, 5, 5, 6, 'x = 5\\nx')}"
    assert session.run("_i3, _i2").value == "('_, __, _1, Out[2], In[1]', 'x + 1')"
    session.run("_ = 'mine'")
    session.run("1")
    assert session.run("_").value == "'mine'"


def test_classes_and_dataclasses_belong_to_main() -> None:
    session = Session()
    session.run(
        "from __future__ import annotations\nfrom dataclasses import dataclass, fields\n"
        "@dataclass\nclass Point:\n    x: int = 1\n"
    )
    assert session.run("Point()").value == "Point(x=1)"
    assert session.run("Point.__module__").value == "'__main__'"
    session.run("def f(a: later): pass")  # the future holds for later cells
    assert session.run("f.__annotations__").value == "{'a': 'later'}"
    source = session.run("import inspect; print(inspect.getsource(f))")
    assert source.failure is None


def test_text_that_ipython_gives_up_on_is_a_failure() -> None:
    session = Session()
    assert session.run("!ls\n" * 600).failure is not None
    assert session.run("1").value == "1"


def test_two_sessions_do_not_see_each_other() -> None:
    one, other = Session(), Session()
    one.run("secret = 1")
    failure = other.run("secret").failure
    assert failure is not None
    assert failure.type == "NameError"


def test_display_prints(capsys: pytest.CaptureFixture[str]) -> None:
    Session().run("display(torch.eye(1), 'a')")
    assert capsys.readouterr().out == "tensor([[1.]])\n'a'\n"


def test_await_at_top_level_and_asyncio_run_work() -> None:
    session = Session()
    session.run("import asyncio\nasync def g():\n    await asyncio.sleep(0)\n    return 7")
    assert session.run("v = await g()\nv").value == "7"
    assert session.run("asyncio.run(g())").value == "7"


def test_long_value_is_cut_and_said() -> None:
    report = Session().run("'x' * 200_000")
    assert len(report.value or "") == 1 << 16
    assert notes(report)["note.value_cut"] == {"shown": 1 << 16, "total": 200_002}


@pytest.mark.parametrize(
    "source",
    [
        "import builtins\nfor n in dir(builtins):\n    setattr(builtins, n, None)",
        "import builtins; del builtins.isinstance, builtins.print, builtins.__import__",
        "import sys; sys.stdout = None; sys.stderr = None; sys.stdin = None",
        "import sys; sys.stdout = 5",
        "import io, sys; sys.stdout = io.StringIO(); sys.stdout.close()",
        "import sys; sys.modules.clear()",
        "import sys; sys.modules = None",
        "import sys; sys.setrecursionlimit(80)",
        "def f(): f()\nf()",
        "import sys; sys.settrace(lambda *a: 1 / 0)",
        "import sys; sys.setprofile(lambda *a: 1 / 0)",
        "import signal; signal.signal(signal.SIGINT, lambda *a: None)",
        "import linecache; linecache.clearcache(); 1 / 0",
        "globals().clear()",
        "del In, Out, display, get_ipython",
        "In.clear; Out = 3",
        "raise BaseException('\\ud800')",
        "class E(BaseException):\n    def __str__(self): raise self\nraise E",
        "class E(Exception):\n    def __str__(self): return 3\nraise E",
        "class M(type):\n    __name__ = property(lambda c: 1/0)\n"
        "class E(Exception, metaclass=M): pass\nraise E",
        "class R:\n    def __repr__(self): return 5\nR()",
        "class R:\n    def __repr__(self): return repr(self)\nR()",
        "class R:\n    def __getattr__(self, name): raise BaseException(name)\nR()",
        "class R:\n    def __bool__(self): raise ValueError\n    __eq__ = None\nR()",
        "class S(str):\n    def __len__(self): return -1\nclass R:\n"
        "    def __repr__(self): return S('s')\nR()",
        "'\\ud800' + chr(0) + '\\x1b[31m'",
        "raise SyntaxError('mine', ('<cell 1>', 'x', None, 3))",
        "raise SyntaxError('mine', ('<cell 1>', 10**30, 1, ''))",
        "e = NameError('x'); e.name = 5; raise e",
        "raise ExceptionGroup('many', [ValueError(1)])",
        "\x00",
        "'\ud800'",
        "(" * 5000,
        "-" * 100_000 + "1",
        "return 1",
        "class M(type):\n    __module__ = property(lambda c: 1/0)\n"
        "class C(metaclass=M): pass\ndef t(): ...\nt.__wrapped__ = t\nc = C()",
        "class E(Exception):\n    __traceback__ = __class__ = property(lambda c: 1/0)\n"
        "    def __setattr__(self, *a): 1/0\nraise E",
        "exit()",
        "import sys; sys.exit(3)",
    ],
)
def test_nothing_a_cell_does_breaks_the_next(source: str) -> None:
    session = Session()
    json.dumps(session.run(source).value).encode()
    assert json.dumps(session.answer.data, ensure_ascii=False).encode()
    report = session.run("[len('ab'), print('ok'), torch.ones(1) if 'torch' in dir() else 0][0]")
    assert report.failure is None
    assert report.value == "2"
    assert session.run("1 / 0").failure is not None


def test_exit_is_reported_and_the_session_lives() -> None:
    session = Session()
    report = session.run("x = 1\nexit()")
    assert report.failure is not None
    assert report.failure.type == "SystemExit"
    assert "note.exit" in notes(report)
    assert session.answer.raised
    assert session.run("x").value == "1"


@pytest.mark.parametrize(
    ("source", "memory"),
    [
        ("torch.empty(10**13)", True),
        ("b'a' * 10**13", True),
        ("raise RuntimeError('std::bad_alloc')", True),
        ("raise RuntimeError('other')", False),
    ],
)
def test_out_of_memory_is_told_from_other_errors(source: str, memory: bool) -> None:
    session = Session()
    session.run(source)
    assert session.answer.raised
    assert session.answer.memory is memory


INTERRUPT = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (INTERRUPT + "while True: pass", None),
        ("class R:\n    def __repr__(self):\n        import os; os.kill(os.getpid(), 2)\nR()", 3),
    ],
)
def test_interrupt_is_a_failure_and_keeps_the_names(source: str, line: int | None) -> None:
    session = Session()
    session.run("kept = 1")
    failure = session.run(source).failure
    assert failure is not None
    assert failure.type == "KeyboardInterrupt"
    marked = [code.number for code in failure.code if code.marked]
    assert len(marked) == 1
    assert line is None or marked == [line]
    assert session.run("kept").value == "1"


def test_tensors_of_a_failed_cell_are_freed() -> None:
    session = Session()
    session.run(
        "import weakref\ndef f():\n    t = torch.ones(10)\n    globals()['ref'] = weakref.ref(t)\n"
        "    1 / 0\nf()"
    )
    assert session.run("ref() is None").value == "True"


def test_warm_leaves_no_thread_and_no_file_entry() -> None:
    threads = threading.active_count()
    warm()
    assert threading.active_count() == threads
    assert not take_figures()
