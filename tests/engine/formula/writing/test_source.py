"""Python on floats against the exact witness and against torch at the ends of its range."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from mpmath import mpf

from engine.formula.exact import exact, values_of
from engine.formula.operations import OPERATIONS, Acts
from engine.formula.tree import Apply, Array, Compare, Formula, Index, Name, Node
from engine.formula.writing.source import CAREFUL, PYTHON, compiled, python_source
from engine.formula.writing.straight import NotScalar
from engine.formula.writing.torch_function import torch_function
from tests.engine.formula.conditions import tolerance
from tests.engine.formula.formulas import UNARY, Example, apply, number, scalar_examples

EPS = mpf(2) ** -52
ENDS = [0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.25, 1e-300, -1e300, 800.0, -800.0, math.inf, -math.inf]
x, y = Name("x"), Name("y")
PAIR = Array((2,), (Fraction(1), Fraction(2)))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(scalar_examples())
def test_formulas_agree_with_the_exact_witness(example: Example) -> None:
    formula, values = example.formula, values_of(example.point)
    allowed = tolerance(formula.body, values)
    assume(allowed is not None)
    f = compiled(python_source(formula))["f"]
    found = f(*(float(example.point[name].values[0]) for name in formula.inputs))
    assert abs(found - exact(formula.body, values)) <= 1000 * EPS * allowed


def answers_as_torch(body: Node, *inputs: float) -> None:
    formula = Formula("f", ("x", "y")[: len(inputs)], body)
    right = torch_function(formula)(
        *(torch.tensor(each, dtype=torch.float64) for each in inputs)
    ).item()
    found = compiled(python_source(formula))["f"](*inputs)
    assert found == pytest.approx(right, rel=1e-12, abs=1e-300, nan_ok=True)


@pytest.mark.parametrize("op", [*UNARY, "norm", "softmax", "log_softmax", "sum", "logsumexp"])
def test_every_function_answers_as_torch_where_python_would_raise(op: str) -> None:
    for value in [*ENDS, math.nan]:
        answers_as_torch(apply(op, x), value)


@pytest.mark.parametrize("op", ["add", "sub", "mul", "div", "pow", "max", "min"])
def test_every_sign_answers_as_torch_where_python_would_raise(op: str) -> None:
    for left in [*ENDS, math.nan]:
        for right in [*ENDS, math.nan]:
            answers_as_torch(apply(op, x, y), left, right)


@pytest.mark.parametrize("exponent", [-3, -2, -1, 0, 1, 2, 3, 7, 64, 65, 1000])
def test_whole_powers_answer_as_torch(exponent: int) -> None:
    for value in [*ENDS, 1.01, -3.5]:
        answers_as_torch(apply("pow", x, exponent), value)


def test_the_other_branch_may_be_outside_of_its_domain() -> None:
    body = apply("where", Compare(">", x, number(0)), apply("log", x), apply("div", number(1), x))
    f = compiled(python_source(Formula("f", ("x",), body)))["f"]
    assert (f(1.0), f(-2.0), f(0.0)) == (0.0, -0.5, math.inf)


def test_a_derivative_comes_with_its_function() -> None:
    formula = Formula("f", ("x",), apply("pow", x, 3))
    functions = compiled(python_source(formula, apply("mul", 3, apply("pow", x, 2))))
    assert (functions["f"](2.0), functions["df"](2.0)) == (8.0, 12.0)


def test_what_occurs_twice_is_computed_once() -> None:
    twice = apply("mul", apply("exp", apply("sin", x)), apply("exp", apply("sin", x)))
    fast, _, careful = python_source(Formula("f", ("x",), twice)).partition("except")
    assert (fast.count("sin"), careful.count("sin")) == (1, 1)


def test_names_of_a_user_do_not_reach_the_code() -> None:
    names = ("while", "exp", "λ", "__import__")
    body = apply("add", Name("while"), apply("mul", Name("exp"), Name("λ")))
    source = python_source(Formula("f", names, body))
    assert source.startswith("def f(in0, in1, in2, in3):")
    assert compiled(source)["f"](1.0, 2.0, 3.0, 0.0) == 7.0


def test_nested_deeply_the_source_still_compiles() -> None:
    body: Node = x
    for _ in range(60):
        body = apply("sin", apply("div", number(1), apply("add", body, number(2))))
    f = compiled(python_source(Formula("f", ("x",), body)))["f"]
    assert f(0.5) == pytest.approx(float(exact(body, {"x": mpf(0.5)}, 20)))


@pytest.mark.parametrize(
    "body",
    [
        apply("dot", x, x),
        Index(x, (0,)),
        apply("matmul", x, y),
        apply("transpose", x),
        apply("mul", x, PAIR),
        apply("mul", x, Index(PAIR, (2,))),
    ],
)
def test_vectors_are_refused(body: Node) -> None:
    with pytest.raises(NotScalar):
        python_source(Formula("f", ("x", "y"), body))


def test_what_reduces_a_number_leaves_it() -> None:
    body = apply("add", apply("sum", x), apply("mul", apply("count", x), apply("sum", PAIR)))
    assert compiled(python_source(Formula("f", ("x",), body)))["f"](2.0) == 5.0


def test_the_table_knows_every_operation_on_numbers() -> None:
    lowered_before = {"sum", "mean", "prod", "logsumexp", "clamp"}
    of_numbers = {
        name
        for name, each in OPERATIONS.items()
        if each.acts in (Acts.EACH, Acts.REDUCES, Acts.ALONG)
    }
    assert PYTHON.templates.keys() == CAREFUL.templates.keys() == of_numbers - lowered_before


def test_constants_are_computed_beforehand() -> None:
    body = apply("mul", apply("log", number(Fraction(1, 2))), x)
    assert python_source(Formula("f", ("x",), body)).endswith("return (-0.6931471805599453) * x")
    infinite = Apply("div", (number(1), number(0)))
    assert compiled(python_source(Formula("f", ("x",), infinite)))["f"](0.0) == math.inf
