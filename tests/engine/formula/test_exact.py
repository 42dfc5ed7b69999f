"""The exact witness against torch in float64."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from mpmath import mp, mpf

from engine.formula.exact import exact, values_of
from engine.formula.exact_arrays import EXACT
from engine.formula.operations import OPERATIONS
from engine.formula.tree import Apply, Array, Compare, Formula, Index, Name, Node, Point
from engine.formula.writing.torch_function import torch_function, torch_source
from tests.engine.formula.conditions import tolerance
from tests.engine.formula.formulas import (
    UNARY,
    Example,
    apply,
    number,
    scalar_examples,
    tensor_examples,
)

EPS = mpf(2) ** -52
INF, NAN = math.inf, math.nan
NAME = Name("x")
E900000 = apply("exp", number(900000))


def tensors(point: Point) -> dict[str, torch.Tensor]:
    return {
        name: torch.tensor([float(each) for each in value.values], dtype=torch.float64).reshape(
            value.shape
        )
        for name, value in point.items()
    }


def agrees(example: Example) -> None:
    formula, values = example.formula, values_of(example.point)
    allowed = tolerance(formula.body, values)
    assume(allowed is not None)
    given_tensors = tensors(example.point)
    answer = torch_function(formula)(*(given_tensors[name] for name in formula.inputs))
    right = exact(formula.body, values)
    assert tuple(answer.shape) == np.shape(right)
    found = np.array([mpf(each) for each in answer.flatten().tolist()], dtype=object)
    wrong = abs(found.reshape(np.shape(right)) - right)
    assert np.all(np.asarray(wrong <= 1000 * EPS * allowed, dtype=bool)), torch_source(formula)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(scalar_examples())
def test_formulas_of_numbers_agree_with_float64(example: Example) -> None:
    agrees(example)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(tensor_examples())
def test_formulas_of_tensors_agree_with_float64(example: Example) -> None:
    agrees(example)


ENDS = [0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.25, 30.0, 800.0, -800.0, INF, -INF, NAN]
KINKS = [
    (op, [value]) for op in UNARY for value in ENDS
] + [
    (op, [left, right])
    for op in ("add", "sub", "mul", "div", "pow", "max", "min", "leaky_relu", "elu")
    for left in ENDS
    for right in ENDS
]  # fmt: skip


@pytest.mark.parametrize("op", dict.fromkeys(op for op, _ in KINKS))
def test_kinks_poles_and_ends_are_those_of_torch(op: str) -> None:
    for inputs in (values for name, values in KINKS if name == op):
        names = ("x", "y")[: len(inputs)]
        body = Apply(op, tuple(map(Name, names)))
        function = torch_function(Formula("f", names, body))
        right = function(*(torch.tensor(each, dtype=torch.float64) for each in inputs)).item()
        found = exact(body, dict(zip(names, map(mpf, inputs), strict=True)))
        close = pytest.approx(right, rel=1e-11, abs=1e-300, nan_ok=True)
        assert float(found) == close, (op, inputs)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (apply("where", Compare("==", NAME, NAME), number(1), number(2)), 2),
        (apply("where", Compare("!=", NAME, NAME), number(1), number(2)), 1),
        (apply("where", Compare("<=", NAME, number(0)), number(1), number(2)), 2),
        (apply("clamp", NAME, 0, 1), NAN),
        (apply("clamp", number(5), 3, 2), 2),
        (apply("max", NAME, number(1)), NAN),
        (apply("max", number(1), NAME), NAN),
        (apply("sign", NAME), 0),
        (apply("relu", NAME), NAN),
        (apply("softmax", NAME), NAN),
    ],
)
def test_nan_is_what_it_is_in_torch(body: Node, value: float) -> None:
    assert float(exact(body, {"x": mpf("nan")})) == pytest.approx(value, nan_ok=True)
    called = torch_function(Formula("f", ("x",), body))(torch.tensor(NAN, dtype=torch.float64))
    assert called.item() == pytest.approx(value, nan_ok=True)


def tower(op: str, height: int) -> Node:
    body: Node = number(100)
    for _ in range(height):
        body = apply(op, body, *[body] * (OPERATIONS[op].least - 1))
    return body


@pytest.mark.parametrize("op", ["exp", "sinh", "cosh", "expm1", "pow", "mul"])
@pytest.mark.parametrize("above", ["sin", "erf", "gelu", "floor", "tanh", "log1p", "softplus"])
def test_towers_end_at_once(op: str, above: str) -> None:
    body = tower(op, 3 if op == "pow" else 12)
    assert exact(body, {}) > 10**1000
    exact(apply(above, body), {})
    exact(apply(above, apply("neg", body)), {})
    exact(apply("pow", apply("neg", body), body), {})


def test_fifty_digits_are_right_and_the_precision_of_others_is_left_alone() -> None:
    before = mp.dps
    third = exact(apply("exp", apply("div", number(1), number(3))), {})
    assert mp.dps == before
    with mp.workdps(60):
        assert abs(third - mp.exp(mpf(1) / 3)) < mpf(10) ** -49


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (apply("like", number(3), number(4)), 3),
        (apply("unlike", number(3), number(4)), 3),
        (apply("along", number(3), number(4)), 3),
        (apply("mul", apply("exp", number(-900000)), apply("exp", number(-900000))), 0),
        (
            apply("mul", apply("exp", number(900000)), apply("neg", apply("exp", number(900000)))),
            -INF,
        ),
    ],
)
def test_numbers_stay_numbers_and_bounded(body: Node, value: float) -> None:
    assert exact(body, {}) == value


def test_derivatives_may_ask_for_the_products_of_the_others() -> None:
    row = {"x": values_of({"x": Array((3,), (Fraction(2), Fraction(0), Fraction(5)))})["x"]}
    assert list(exact(apply("others", NAME), row)) == [0, 10, 0]


def test_the_table_knows_every_operation() -> None:
    assert EXACT.keys() == OPERATIONS.keys()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (apply("add", NAME, Array((2,), (Fraction(1), Fraction(1)))), ValueError),
        (apply("dot", NAME, apply("sum", NAME)), ValueError),
        (apply("unlike", apply("sum", NAME), NAME), ValueError),
        (apply("placed", NAME, NAME), ValueError),
        (Index(NAME, (3,)), IndexError),
        (Index(apply("sum", NAME), (0,)), IndexError),
        (apply("softmax", apply("sum", NAME), dim=1), IndexError),
        (Name("unknown"), KeyError),
    ],
)
def test_shapes_that_do_not_fit_are_said(body: Node, error: type[Exception]) -> None:
    values = values_of({"x": Array((3,), (Fraction(1), Fraction(2), Fraction(3)))})
    with pytest.raises(error):
        exact(body, values)


@pytest.mark.parametrize(
    ("op", "turns", "value"), [("sin", 2, 0), ("cos", 1, 0), ("tan", 1, mp.inf)]
)
def test_angle_that_is_a_multiple_of_pi_is_known_as_one(op: str, turns: int, value: object) -> None:
    quarter = Apply("div", (Apply("mul", (Name("pi"), Name("k"))), Name("two")))

    with mp.workdps(50):
        values = {"pi": +mp.pi, "k": mpf(turns), "two": mpf(2)}
    assert exact(Apply(op, (quarter,)), values) == value
