"""Cells that leave, cling or wreck their interpreter: each has its outcome, and ends in time."""

import pytest

from engine.records import Outcome
from tests.attacks.attacker import Attacker

LIVES_ON = {
    "exits": ("import sys\nsys.exit(3)", Outcome.RAISED),
    "raises BaseException": ("raise BaseException('b')", Outcome.RAISED),
    "raises at its repr": ("class C:\n  def __repr__(self): raise SystemExit\nC()", Outcome.RAISED),
    "raises an exception that raises": (
        "class E(Exception):\n  def __str__(self): raise E\nraise E",
        Outcome.RAISED,
    ),
    "replaces builtins": (
        "import builtins\nbuiltins.print = builtins.len = builtins.isinstance = None",
        Outcome.OK,
    ),
    "empties builtins": ("import builtins\nvars(builtins).clear()", Outcome.OK),
    "empties the modules": ("import sys\nsys.modules.clear()", Outcome.OK),
    "deletes its names": ("globals().clear()", Outcome.OK),
    "replaces the streams": ("import sys\nsys.stdout = sys.stderr = None", Outcome.OK),
    "closes the streams": ("import sys\nsys.stdout.close()\nsys.stderr.close()", Outcome.OK),
    "traces": ("import sys\nsys.settrace(lambda *a: 1 / 0)", Outcome.RAISED),
    "kills its parent": ("import os\nos.kill(1, 9)", Outcome.RAISED),
    "asks for input": ("input()", Outcome.RAISED),
    "nests too deeply": ("(" * 10_000 + ")" * 10_000, Outcome.RAISED),
    "holds a null character": ("x = '\\0'\n\0", Outcome.RAISED),
    "is not Python": ("def (", Outcome.RAISED),
}

DIES = {
    "leaves": "import os\nos._exit(0)",
    "aborts": "import os\nos.abort()",
    "kills itself": "import signal\nsignal.raise_signal(signal.SIGKILL)",
    "closes the wire": "import os\nos.close(3)",
    "closes everything": "import os\nos.closerange(0, 256)",
}


@pytest.mark.parametrize(("source", "outcome"), LIVES_ON.values(), ids=LIVES_ON)
async def test_the_session_lives_on(attacker: Attacker, source: str, outcome: Outcome) -> None:
    result = await attacker.cell(source)
    assert (result.outcome, result.session_alive) == (outcome, True)


@pytest.mark.parametrize("source", DIES.values(), ids=DIES)
async def test_a_jail_that_leaves_is_told_from_one_that_answers(
    attacker: Attacker, source: str
) -> None:
    result = await attacker.cell(source)
    assert (result.outcome, result.session_alive) == (Outcome.KILLED, False)
