"""Two formulas are one function, or a point says that they are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from engine.witnesses.agreement import agree, random_points
from tests.engine.formula.asking import read
from tests.engine.formula.formulas import Example, apply, scalar_examples


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("(x+y)^2", "x^2 + 2xy + y^2", True),
        ("sin(x)^2 + cos(y - y + x)^2 + 0*y", "1 + 0*x + 0*y", True),
        ("log(x^2) + y", "2log(abs(x)) + y", True),
        ("log(x^2) + y", "2log(x) + y", False),  # no value for x < 0
        ("x + y", "x - y", False),
        ("x + y", "x + y + 0.00000000000001", False),
        ("sqrt(0 - 1 - x^2) + y", "sqrt(0 - 1 - x^2) - y", False),  # nowhere defined
    ],
)
def test_agreement(left: str, right: str, expected: bool) -> None:
    bodies = [read(f"f(x, y) = {text}").formula.body for text in (left, right)]

    assert agree(bodies[0], bodies[1], ["x", "y"], 8) is expected


@settings(max_examples=50, deadline=None)
@given(scalar_examples(12))
def test_double_negation_agrees_and_one_more_does_not(example: Example) -> None:
    body, names = example.formula.body, example.formula.inputs
    points = [*random_points(names, 8)]

    assert points == [*random_points(names, 8)]
    twice = apply("neg", apply("neg", body))
    if agree(body, body, names, 4):
        assert agree(body, twice, names, 4)
        assert not agree(body, apply("add", body, 1), names, 4)
