"""Runs a cell that fails, and gives its explanation."""

from __future__ import annotations

from engine.records import Explanation
from tests.engine.notebook.cells import Session


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
