"""The seminar's cells, and what a notebook shows for anything a student may send."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from engine.records import CellReport
from tests.engine.notebook_cells import Session, notes

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
