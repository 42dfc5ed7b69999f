"""Runs cells in process as the jail does, and reads the answers back into records."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

from engine.cell import evaluate
from engine.notebook.interpreter import remember_modules
from engine.records import Answer, Call, CellReport, from_data


@dataclass(slots=True)
class Session:
    """One student's session; `answer` is the last one."""

    state: dict[str, Any] = field(default_factory=dict)
    answer: Answer = field(default_factory=lambda: Answer({}))

    def __post_init__(self) -> None:
        remember_modules()  # as a zygote does before it forks

    def run(self, source: str) -> CellReport:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a jail prints warnings, it does not raise them
            self.answer = evaluate(Call({"source": source}, (), self.state, lambda event: None))
        return from_data(CellReport, self.answer.data)


def notes(report: CellReport) -> dict[str, dict[str, Any]]:
    """The report's notes by key."""
    return {note.key: dict(note.values) for note in report.notes}
