"""Traces cells in process as the jail does, beside cells that are really evaluated."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

from engine.records import Answer, Call, CellReport, ShapeReport, from_data
from engine.shapes import trace
from tests.engine.notebook.cells import Session


@dataclass(slots=True)
class Tracing:
    """One student's session; `answer` is that of the last trace."""

    session: Session = field(default_factory=Session)
    answer: Answer = field(default_factory=lambda: Answer({}))

    def evaluate(self, source: str) -> CellReport:
        return self.session.run(source)

    def trace(self, source: str) -> ShapeReport:
        call = Call({"source": source}, (), self.session.state, lambda event: None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a jail prints warnings, it does not raise them
            self.answer = trace(call)
        return from_data(ShapeReport, self.answer.data)


def steps(report: ShapeReport) -> list[tuple[str, int, str]]:
    """The report's steps: text, depth, shape."""
    return [(step.text, step.depth, step.shape) for step in report.steps]
