"""A formula is cut into tokens."""

from __future__ import annotations

import pytest

from engine.formula.reading.spelled import spelled
from engine.formula.reading.tokens import Kind, tokens


def texts(text: str) -> list[str]:
    return [token.text for token in tokens(spelled(text)) if token.kind is not Kind.END]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("2x+1", ["2", "x", "+", "1"]),
        ("2,5 + [2,5]", ["2.5", "+", "[", "2", ",", "5", "]"]),
        ("x=1,y=2", ["x", "=", "1", ",", "y", "=", "2"]),
        ("1,2,3", ["1.2", ",", "3"]),
        ("1e3 1e-3 2e^x .5 2.", ["1e3", "1e-3", "2", "e", "^", "x", ".5", "2."]),
        ("x**2 ^ ²³", ["x", "^", "2", "^", "²³"]),
        ("a <= b ≠ c ≥ d", ["a", "<=", "b", "!=", "c", ">=", "d"]),
        ("x.sum()", ["x", ".", "sum", "(", ")"]),
        ("(x +\n1)\n+ 2\n3", ["(", "x", "+", "1", ")", "+", "2", "\n", "3"]),
        ("x?", ["x"]),
        ("х при ехр", ["x", "при", "exp"]),
        ("", []),
    ],
)
def test_cut(text: str, cut: list[str]) -> None:
    assert texts(text) == cut


def test_a_token_knows_its_place() -> None:
    two, x, end = tokens("  2 x ")

    assert (two.start, two.end, two.spaced) == (2, 3, True)
    assert (x.start, x.end, x.spaced) == (4, 5, True)
    assert (end.kind, end.start) == (Kind.END, 5)
