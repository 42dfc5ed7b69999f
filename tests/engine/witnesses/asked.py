"""What tests of witnesses ask: formulas, points and whole answers by their texts."""

from __future__ import annotations

import json

from engine.derivation import derivative
from engine.formula.tree import Formula, Node
from engine.gradients import explain
from engine.records import Call, Gradient, GradientReport, Note, from_data
from engine.witnesses.case import Case, case_of
from tests.engine.formula.asking import read


def report(text: str) -> GradientReport:
    """The whole job, its answer through JSON as over the wire."""
    data = explain(Call({"text": text}, (), {}, lambda event: None)).data
    return from_data(GradientReport, json.loads(json.dumps(data)))


def gradient(text: str) -> Gradient:
    """The answer to a text without a mistake."""
    found = report(text)
    assert found.mistake is None, found.mistake
    assert found.gradient is not None
    return found.gradient


def derivatives(formula: Formula) -> dict[str, Node]:
    """The derivative by every input, all of them numbers."""
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(formula.inputs, ())
    return {name: derivative(formula, name, shapes) for name in formula.inputs}


def case(text: str) -> Case:
    """A formula at a point, ready to be judged."""
    asked = read(text)
    shapes = {name: array.shape for name, array in asked.point.items()}
    found = {name: derivative(asked.formula, name, shapes) for name in asked.formula.inputs}
    return case_of(asked.formula, found, asked.point)


def keys(notes: tuple[Note, ...]) -> list[str]:
    return [note.key for note in notes]
