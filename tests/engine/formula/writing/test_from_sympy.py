"""sympy and back: the value stays, and the order is a teacher's."""

from __future__ import annotations

from typing import Any

import pytest
import sympy
from hypothesis import HealthCheck, assume, given, settings
from mpmath import mpf

from engine.formula.exact import exact, values_of
from engine.formula.tree import Compare, Name, Node
from engine.formula.writing.from_sympy import from_sympy
from engine.formula.writing.text import text_of
from engine.formula.writing.to_sympy import to_sympy
from tests.engine.formula.conditions import tolerance
from tests.engine.formula.formulas import Example, apply, scalar_examples

x, y = sympy.symbols("x y", real=True)
X = Name("x")


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(scalar_examples())
def test_there_and_back_the_value_is_the_same(example: Example) -> None:
    body, values = example.formula.body, values_of(example.point)
    allowed = tolerance(body, values)
    expression = to_sympy(body)
    assume(allowed is not None and expression is not None)
    back = from_sympy(expression)
    assume(back is not None)
    assert back is not None
    assert abs(exact(back, values) - exact(body, values)) <= allowed * mpf(10) ** -40


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (4 * x + 3 * y, "4x + 3y"),
        (1 + y**2 + x * y + x**2, "x² + xy + y² + 1"),
        (1 - x, "1 - x"),
        (x - x**2, "x - x²"),
        (-x - 1, "-x - 1"),
        (x / 2, "x/2"),
        (-3 * x / (2 * y), "-3x/(2y)"),
        (x**-2, "1/x²"),
        (x ** sympy.Rational(-1, 2), "1/sqrt(x)"),
        (x ** sympy.Rational(2, 3), "x^(2/3)"),
        (sympy.cos(x) - 2 * x * sympy.sin(x**2), "cos(x) - 2x · sin(x²)"),
        (sympy.exp(-x) * x * (x + y), "x · (x + y) · exp(-x)"),
        (1 - sympy.tanh(x) ** 2, "1 - tanh(x)²"),
        (2**x * sympy.log(2), "2^x · log(2)"),
        (sympy.pi * x, "pi · x"),
        (sympy.Piecewise((x, x > 0), (0, True)), "where(x > 0, x, 0)"),
        (
            sympy.Piecewise((1, (x > 0) & (y < 1)), (2, sympy.Eq(x, 0)), (0, True)),
            "where(x > 0, where(y < 1, 1, where(x == 0, 2, 0)), where(x == 0, 2, 0))",
        ),
        (sympy.Piecewise((1, (x > 0) | (y < 1)), (0, True)), "where(x > 0, 1, where(y < 1, 1, 0))"),
        (sympy.Piecewise((1, sympy.Not(x > 0, evaluate=False)), (0, True)), "where(x > 0, 0, 1)"),
        (sympy.Heaviside(x), "where(x < 0, 0, where(x > 0, 1, 0.5))"),
        (sympy.Max(x, y), "max(x, y)"),
        (sympy.cot(x), "1/tan(x)"),
        (sympy.Abs(x) * sympy.sign(y), "abs(x) · sign(y)"),
    ],
)
def test_expressions_come_back_as_a_teacher_writes_them(expression: Any, text: str) -> None:
    node = from_sympy(expression)
    assert node is not None
    assert text_of(node) == text


@pytest.mark.parametrize(
    "expression",
    [
        sympy.I,
        sympy.oo,
        sympy.zoo,
        sympy.nan,
        sympy.gamma(x),
        sympy.Float(0.5),
        sympy.re(x * sympy.I + sympy.Symbol("z")),
        sympy.Piecewise((x, x > 0)),
        sympy.Piecewise((x, sympy.Symbol("b") ^ sympy.Symbol("c")), (0, True)),
        sympy.Float(0.5) * x,
        sympy.Derivative(sympy.Function("g")(x), x),
    ],
)
def test_what_we_have_no_operation_for_does_not_come_back(expression: Any) -> None:
    assert from_sympy(expression) is None


def test_where_in_where_ends_at_once_and_comes_back() -> None:
    body: Node = X
    for place in range(30):
        body = apply("where", Compare("<=", body, Name("y")), apply("add", X, place), X)
    expression = to_sympy(body)
    assert expression is not None
    back = from_sympy(expression)
    assert back is not None
    for value in (-2.0, 0.5, 31.0):
        point = {"x": mpf(value), "y": mpf(1)}
        assert exact(back, point) == exact(body, point)


def test_what_is_long_is_not_searched_for_its_sign() -> None:
    body: Node = X
    for place in range(20):
        body = apply("sin", apply("add", body, place))
    assert str(to_sympy(apply("sign", body))).startswith("sign(sin(")
    back = from_sympy(to_sympy(apply("abs", body)))
    assert back is not None
    assert text_of(back).startswith("abs(sin(")
