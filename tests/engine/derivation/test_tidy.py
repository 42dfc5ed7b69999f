"""Tidy nodes: numbers in front, no 1 and no 0, fractions as one."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.derivation.tidy import (
    ONE,
    TWO,
    ZERO,
    apply,
    minus,
    negated,
    number,
    over,
    plus,
    power,
    scaled,
    times,
)
from engine.formula.tree import Name, Node
from engine.formula.writing.text import text_of

X, Y = Name("x"), Name("y")
HALVED = apply("div", X, TWO)


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (times(ONE, X), "x"),
        (times(ZERO, X), "0"),
        (times(X, number(3)), "3x"),
        (times(times(TWO, X), times(number(3), Y)), "6xy"),
        (times(negated(X), negated(Y)), "xy"),
        (times(X, over(ONE, Y)), "x/y"),
        (times(over(X, Y), over(TWO, X)), "2x/(xy)"),
        (times(number("1/2"), over(X, Y)), "0.5x/y"),
        (over(ONE, times(TWO, X)), "1/(2x)"),
        (over(times(TWO, X), times(number(4), Y)), "x/(2y)"),
        (over(over(X, Y), X), "x/(xy)"),
        (over(X, TWO), "x/2"),
        (over(X, ONE), "x"),
        (over(number(3), TWO), "1.5"),
        (over(X, ZERO), "x/0"),
        (over(X, apply("mul", ZERO, Y)), "x/(0 · y)"),
        (negated(negated(X)), "x"),
        (negated(over(ONE, X)), "-1/x"),
        (plus(ZERO, X), "x"),
        (plus(X, ZERO), "x"),
        (plus(X, negated(Y)), "x - y"),
        (plus(ONE, TWO), "3"),
        (minus(ZERO, X), "-x"),
        (minus(X, negated(Y)), "x + y"),
        (minus(X, TWO), "x - 2"),
        (power(X, ONE), "x"),
        (power(X, ZERO), "1"),
        (scaled(Fraction(0), X), "0"),
        (scaled(Fraction(2), apply("zeroed", HALVED, X)), "2x/2"),
    ],
)
def test_nodes_come_out_tidy(node: Node, text: str) -> None:
    assert text_of(node) == text
