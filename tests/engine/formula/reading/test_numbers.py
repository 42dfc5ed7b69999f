"""Constants are computed exactly, or to sixty digits, or not at all."""

from __future__ import annotations

from fractions import Fraction

import pytest
from mpmath import mp, mpf

from engine.formula.reading.numbers import NoNumber, TooLarge, constant, is_constant
from engine.formula.tree import Apply, Array, Constant, Name, Node, Number


def number(value: int | str) -> Number:
    return Number(Fraction(value))


def apply(op: str, *args: Node | int | str) -> Apply:
    return Apply(op, tuple(number(a) if isinstance(a, (int, str)) else a for a in args))


@pytest.mark.parametrize(
    ("node", "value"),
    [
        (number("1/3"), Fraction(1, 3)),
        (apply("add", "1/3", "1/6"), Fraction(1, 2)),
        (apply("sub", 1, "1/3"), Fraction(2, 3)),
        (apply("mul", "0.1", "0.2"), Fraction(1, 50)),
        (apply("div", 1, 3), Fraction(1, 3)),
        (apply("neg", 2), Fraction(-2)),
        (apply("abs", -2), Fraction(2)),
        (apply("pow", "2/3", -2), Fraction(9, 4)),
        (apply("pow", 0, 0), Fraction(1)),
        (apply("pow", -2, 3), Fraction(-8)),
    ],
)
def test_rational_numbers_are_exact(node: Node, value: Fraction) -> None:
    assert constant(node) == value


@pytest.mark.parametrize(
    "op",
    [
        "sin",
        "cos",
        "tan",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "exp",
        "log",
        "sqrt",
        "log10",
        "log1p",
        "expm1",
        "asin",
        "acos",
    ],
)
def test_others_have_sixty_digits(op: str) -> None:
    value = constant(apply(op, "2/3"))

    with mp.workdps(80):
        right = getattr(mp, op)(mpf(2) / 3)
        assert abs(mpf(value.numerator) / value.denominator - right) < abs(right) * mpf(10) ** -58


def test_constants_have_sixty_digits() -> None:
    for name in ("pi", "e"):
        value = constant(Constant(name))
        with mp.workdps(80):
            assert abs(mpf(value.numerator) / value.denominator - getattr(mp, name)) < 1e-58


@pytest.mark.parametrize(
    "node",
    [
        apply("pow", 9, apply("pow", 9, 9)),
        apply("pow", 2, 1001),
        apply("pow", 10**45, 999),
        apply("exp", apply("exp", apply("exp", 10))),
        apply("mul", apply("pow", 9, 999), apply("pow", 9, 999)),
        apply("sinh", 10**9),
    ],
)
def test_what_is_too_large_is_not_computed(node: Node) -> None:
    with pytest.raises(TooLarge):
        constant(node)


@pytest.mark.parametrize(
    "node",
    [
        apply("div", 1, 0),
        apply("pow", 0, -1),
        apply("pow", -8, "1/3"),
        apply("sqrt", -1),
        apply("log", 0),
        apply("asin", 2),
        apply("softplus", 1),
        Apply("sum", (number(1),), 0),
        Array((1,), (Fraction(1),)),
    ],
)
def test_what_has_no_value_is_said(node: Node) -> None:
    with pytest.raises(NoNumber):
        constant(node)


def test_a_name_is_no_constant() -> None:
    assert is_constant(apply("sin", 1))
    assert not is_constant(apply("sin", Name("x")))
