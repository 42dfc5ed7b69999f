"""Runs a cell that fails, and gives its scene or its explanation."""

from __future__ import annotations

import ast
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.pitfalls.rule import Scene
from engine.records import Explanation
from tests.engine.notebook.cells import Session

ENDLESS_S = 0.3  # of CPU: what a loop without an end gets here


def explained(*cells: str) -> Explanation:
    """The explanation of the last cell; those before it succeed."""
    session = Session()
    for cell in cells[:-1]:
        assert session.run(cell).failure is None
    report = session.run(cells[-1])
    assert report.failure is not None
    assert report.explanation is not None, report.failure.line
    return report.explanation


def told(*cells: str) -> tuple[str, str, str]:
    """Its slug, how sure it is, and the lines that mend it."""
    found = explained(*cells)
    return found.slug, found.certainty.value, found.fix


@contextmanager
def interrupted() -> Iterator[None]:
    """Ctrl-C after a while, as a jail sends at its limit."""
    before = signal.signal(signal.SIGVTALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    # Again and again: an interrupt that strikes in a finalizer is lost, and the loop has no end.
    signal.setitimer(signal.ITIMER_VIRTUAL, ENDLESS_S, ENDLESS_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def scene_of(code: str, names: dict[str, Any]) -> Scene:
    """Run code outside the engine; the scene of what it raises, at its innermost frame."""
    try:
        exec(compile(code, "<scene>", "exec"), names)
    except Exception as error:
        step, frames = error.__traceback__, []
        while step is not None:
            if step.tb_frame.f_code.co_filename == "<scene>":
                frames.append((step.tb_lineno, {**step.tb_frame.f_locals}))
            step = step.tb_next
        line, live = frames[-1]
        tree, lines = ast.parse(code), tuple(code.splitlines())
        return Scene(type(error).__name__, str(error), tree, lines, line, names | live)
    raise AssertionError(f"no error in {code!r}")
