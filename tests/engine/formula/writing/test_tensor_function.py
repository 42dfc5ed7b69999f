"""Lines of torch on a vector against torch's own formula, autograd and the exact witness."""

from __future__ import annotations

import math

import pytest
import torch
from mpmath import mpf

from engine.formula.exact import exact
from engine.formula.tree import Apply, Compare, Formula, Name, Node, Number
from engine.formula.writing.source import PYTHON
from engine.formula.writing.straight import NotScalar
from engine.formula.writing.tensor_function import tensor_function
from engine.formula.writing.tensor_lines import TENSORS, tensor_code
from engine.formula.writing.torch_function import torch_function
from tests.engine.formula.conditions import tolerance
from tests.engine.formula.formulas import UNARY, apply, number
from tests.engine.roots.of_one_input import case, random_cases

DTYPES = [torch.float64, torch.float32]
ENDS = [0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.25, 800.0, -800.0, math.inf, -math.inf, math.nan]
POINTS = [-2.4371, 0.2917, 1.3719]
x = Name("x")


def values(body: Node, at: list[float], dtype: torch.dtype = torch.float64) -> list[float]:
    """f by the lines at every point; what they say of f' is f once more."""
    both = tensor_function(Formula("f", ("x",), body), body)
    value, slope = both(torch.tensor(at, dtype=dtype))
    assert value.shape == slope.shape == (len(at),)
    assert value.dtype == slope.dtype == dtype
    found: list[float] = value.tolist()
    assert slope.tolist() == pytest.approx(found, nan_ok=True, rel=0, abs=0)
    return found


@pytest.mark.parametrize("dtype", DTYPES)
def test_formulas_and_derivatives_agree_with_the_exact_witness(dtype: torch.dtype) -> None:
    eps, largest = (2.0**-52, 1e250) if dtype == torch.float64 else (2.0**-23, 1e25)
    compared = 0
    for each in random_cases(range(12), most=8):
        found = tensor_function(each.formula, each.slope)(torch.tensor(POINTS, dtype=dtype))
        for body, got in zip((each.formula.body, each.slope), found, strict=True):
            for point, value in zip(torch.tensor(POINTS, dtype=dtype).tolist(), got, strict=True):
                allowed = tolerance(body, {"x": mpf(point)}, largest)
                if allowed is not None:
                    compared += 1
                    wrong = abs(value.item() - exact(body, {"x": mpf(point)}))
                    assert wrong <= 1000 * eps * allowed, (each, point)
    assert compared > 30


def test_f_and_its_derivative_agree_with_torch_and_autograd() -> None:
    for each in random_cases(range(60, 120)):
        at = torch.tensor(POINTS, dtype=torch.float64, requires_grad=True)
        right = torch_function(each.formula)(at).expand_as(at)
        grad = torch.autograd.grad(right.sum(), at, allow_unused=True)[0] if right.grad_fn else None
        value, slope = tensor_function(each.formula, each.slope)(at.detach())
        torch.testing.assert_close(value, right.detach(), rtol=1e-6, atol=1e-6, equal_nan=True)
        if grad is not None and bool(right.isfinite().all() and grad.isfinite().all()):
            torch.testing.assert_close(slope, grad, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("op", [*UNARY, "norm", "softmax", "log_softmax", "sum", "logsumexp"])
def test_functions_answer_as_torch_at_the_ends_of_their_range(op: str, dtype: torch.dtype) -> None:
    body = apply(op, x)
    torch_f = torch_function(Formula("f", ("x",), body))
    parts = torch.tensor(ENDS, dtype=dtype).chunk(1 if op in UNARY else len(ENDS))
    right = torch.cat([torch_f(each).reshape(-1) for each in parts]).tolist()
    rel = 1e-12 if dtype == torch.float64 else 1e-5
    assert values(body, ENDS, dtype) == pytest.approx(right, rel=rel, abs=1e-30, nan_ok=True)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("op", ["add", "sub", "mul", "div", "pow", "max", "min"])
def test_signs_take_numbers_on_either_side(op: str, dtype: torch.dtype) -> None:
    for constant in ("3", "-0.1", "1e200"):
        for body in (apply(op, x, number(constant)), apply(op, number(constant), x)):
            torch_f = torch_function(Formula("f", ("x",), body))
            right = torch_f(torch.tensor(ENDS, dtype=dtype)).tolist()
            assert values(body, ENDS, dtype) == pytest.approx(right, rel=1e-6, nan_ok=True), body


@pytest.mark.parametrize(
    ("body", "right"),
    [
        (apply("where", Compare(">", x, number(0)), number(1), number("0.1")), [0.1, 1.0]),
        (apply("where", Compare("<", number(0), number(1)), x, number(7)), [-2.0, 3.0]),
        (apply("elu", number(2), x), [2.0, 2.0]),
        (apply("leaky_relu", number(-2), x), [4.0, -6.0]),
        (apply("zeroed", number(5), apply("add", x, number(2))), [0.0, 5.0]),
        (number("1/3"), [1 / 3, 1 / 3]),
        (x, [-2.0, 3.0]),
    ],
)
def test_numbers_may_stand_in_every_place(body: Node, right: list[float]) -> None:
    assert values(body, [-2.0, 3.0]) == right


def test_a_quotient_is_rounded_once() -> None:
    at = [0.1 * each for each in range(1, 200)]
    assert values(apply("div", number(3), x), at) == [3.0 / each for each in at]


def test_what_f_and_its_derivative_share_is_computed_once() -> None:
    bell = case("exp(-x^2) * sin(x)")
    source = tensor_code(bell.formula, bell.slope).source
    assert (source.count("exp("), source.count("sin("), source.count("cos(")) == (1, 1, 1)


def test_buffers_are_used_again() -> None:
    body: Node = x
    for place in range(40):
        body = apply("sin", apply("add", body, place))
    assert tensor_code(Formula("f", ("x",), body), Number(number(1).value)).buffers == 1


def test_shapes_dtypes_and_values_may_change_from_call_to_call() -> None:
    cube = case("x^3 + 1")
    both = tensor_function(cube.formula, cube.slope)
    for dtype in (torch.float64, torch.float32, torch.float64):
        for size in (3, 1, 0, 3):
            at = torch.full((size,), 2.0, dtype=dtype)
            value, slope = both(at)
            assert value.tolist() == [9.0] * size
            assert slope.tolist() == [12.0] * size
            assert at.tolist() == [2.0] * size


def test_the_table_knows_what_that_of_python_knows() -> None:
    assert TENSORS.keys() == PYTHON.templates.keys()


def test_names_of_a_user_do_not_reach_the_code() -> None:
    formula = Formula("f", ("__import__",), Apply("exp", (Name("__import__"),)))
    assert tensor_code(formula, formula.body).source.startswith("def both(in0, b0):")


def test_vectors_are_refused() -> None:
    with pytest.raises(NotScalar):
        tensor_code(Formula("f", ("x",), apply("dot", x, x)), x)
