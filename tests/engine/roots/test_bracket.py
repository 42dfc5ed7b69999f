"""Brackets are found near the start, around true roots first."""

from __future__ import annotations

import math

import pytest

from engine.roots.bisection import bisection
from engine.roots.bracket import bracket
from tests.engine.roots.asking import floats


@pytest.mark.parametrize(
    ("text", "start", "root"),
    [
        ("x^2 - 2", 1.0, 2**0.5),
        ("x^2 - 2", -1.0, -(2**0.5)),
        ("x^7 + 5x^3 + 17x - 9", 10.0, 0.493617117798773127),
        ("x^7 + 5x^3 + 17x - 9", 0.0, 0.493617117798773127),
        ("log(x) + 5", 3.0, math.exp(-5)),
        ("sqrt(x) - 0.01", 2.9, 1e-4),
        ("1/x - 2", 3.0, 0.5),
        ("log(x)", -2.0, 1.0),
        ("exp(x) - 1e5", 0.0, math.log(1e5)),
        ("x - 1e12", 1.0, 1e12),
        ("1e12x - 1", 1.0, 1e-12),
        ("tan(x)", 1.0, 0.0),  # the pole at 1.57 is nearer, and no root
        ("sin(x)", 3.0, math.pi),
        ("x - 3", 3.0, 3.0),
    ],
)
def test_the_nearest_root_is_bracketed(text: str, start: float, root: float) -> None:
    f, _ = floats(text)
    found = bracket(f, start)
    assert found is not None
    lower, upper = found
    assert lower <= root <= upper or math.isclose(root, bisection(f, *found, 0.0).root)
    assert upper - lower <= max(abs(start), abs(root), 1) * 2


@pytest.mark.parametrize(
    "text", ["x^2 + 1", "exp(x)", "exp(-x^2)", "abs(x - 0.3)", "0x + 5", "log(-1 - x^2)"]
)
def test_where_the_sign_stays_there_is_none(text: str) -> None:
    assert bracket(floats(text)[0], 1.0) is None


def test_a_pole_is_better_than_nothing() -> None:
    f, _ = floats("1/(x - 2.3)")
    found = bracket(f, 1.0)
    assert found is not None
    assert found[0] <= 2.3 <= found[1]


def test_a_stretch_of_zeros_is_found() -> None:
    found = bracket(floats("relu(x - 1)")[0], 3.3)
    assert found is not None
    assert found[0] <= 1 <= found[1]


def test_no_bracket_reaches_over_a_hole() -> None:
    f, _ = floats("sqrt(x^2 - 1) * x")
    found = bracket(f, 3.0)
    assert found is None or found[0] >= 1 or found[1] <= -1


@pytest.mark.parametrize("start", [0.0, 1e300, -1e308, 1e-300, 5e-324])
def test_evaluations_are_few_from_anywhere(start: float) -> None:
    count = 0

    def f(x: float) -> float:
        nonlocal count
        count += 1
        return math.nan if x > 5 else 1.0

    assert bracket(f, start) is None
    assert count < 10_000
