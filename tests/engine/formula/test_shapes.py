"""Shapes of trees are those of their values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from engine.derivation.paths import derivative
from engine.formula.shapes import UNKNOWN, Sizes, assumed_shapes, same
from engine.formula.tree import Compare, walk
from tests.engine.derivation.cases import at_fifty, shapes
from tests.engine.formula.asking import read
from tests.engine.formula.formulas import Example, tensor_examples


@settings(max_examples=100, deadline=None)
@given(tensor_examples(12))
def test_shapes_are_those_of_the_values(example: Example) -> None:
    sizes = Sizes(shapes(example.point))
    name = example.formula.inputs[0]
    derived = derivative(example.formula, name, shapes(example.point))
    for node in (example.formula.body, *walk(example.formula.body), derived):
        if not isinstance(node, Compare):
            assert sizes.of(node) == np.shape(at_fifty(node, example.point))


@pytest.mark.parametrize(
    ("text", "ranks"),
    [
        ("x^2 + y", {"x": 0, "y": 0}),
        ("sum((A@x - b)^2)", {"A": 2, "x": 1, "b": 1}),
        ("x[0]*x[1]", {"x": 1}),
        ("w[0, 1] + a", {"w": 2, "a": 0}),
        ("max(x, y)", {"x": 0, "y": 0}),
        ("max(x) + y", {"x": 1, "y": 0}),
        ("norm(X)", {"X": 2}),
    ],
)
def test_without_a_point_use_tells_the_rank(text: str, ranks: dict[str, int]) -> None:
    found = assumed_shapes(read(text).formula)
    assert {name: len(shape) for name, shape in found.items()} == ranks


def test_unknown_sizes_are_taken_for_equal() -> None:
    assert same((UNKNOWN, 2), (3, 2))
    assert not same((UNKNOWN,), ())
