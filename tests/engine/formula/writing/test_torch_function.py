"""Formulas in torch: spelt as students spell them, of the dtype of the inputs."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.formula.exact import exact, values_of
from engine.formula.operations import OPERATIONS
from engine.formula.tree import Apply, Array, Compare, Constant, Formula, Index, Name, Node
from engine.formula.writing.torch_function import TORCH, torch_function, torch_source
from tests.engine.formula.formulas import apply, number

x, y, v, m = map(Name, ("x", "y", "v", "M"))
vector = Array((3,), tuple(number(each).value for each in ("0.5", "-1.25", "2")))
matrix = Array((2, 3), tuple(number(each).value for each in ("1", "-2", "0.5", "3", "0.25", "-1")))
POINT = {
    "x": Array((), (number("0.75").value,)),
    "y": Array((), (number("-1.5").value,)),
    "v": vector,
    "M": matrix,
}


def called(body: Node, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    tensors = {
        name: torch.tensor([float(each) for each in value.values], dtype=dtype).reshape(value.shape)
        for name, value in POINT.items()
    }
    return torch_function(Formula("f", tuple(POINT), body))(*tensors.values())


def written(body: Node) -> str:
    return torch_source(Formula("f", ("x", "y"), body)).partition("return ")[2]


SHAPED = [
    *(apply(op, each, dim=dim)
      for op in ("sum", "mean", "prod", "norm", "logsumexp", "softmax", "log_softmax", "max", "min",
                 "count", "others")
      for each, dim in ((m, None), (m, 0), (m, -1), (v, None), (v, 0), (x, None))),
    apply("dot", v, vector), apply("matmul", m, v), apply("matmul", v, vector),
    apply("matmul", m, apply("transpose", m)), apply("outer", v, vector),
    apply("like", x, m), apply("like", v, m), apply("like", number(1), m),
    apply("unlike", m, v), apply("unlike", m, x), apply("unlike", m, m), apply("unlike", x, y),
    apply("along", apply("sum", m, dim=0), m, dim=0), apply("along", apply("sum", m), m),
    apply("along", apply("sum", m, dim=1), m, dim=1),
    apply("placed", x, Index(v, (1,))), apply("placed", v, Index(m, (-1,))),
    apply("placed", number(3), Index(m, (0, 1))), Index(m, (1,)), Index(m, (1, -1)),
    vector, Constant("pi"), apply("max", m, v, x), apply("min", x, number(2)),
    apply("clamp", v, x), apply("clamp", v, y, number(1)), apply("clamp", v, number(2), number(1)),
    apply("leaky_relu", v, x), apply("elu", v, apply("neg", y)), apply("elu", v, number(2)),
    apply("where", Compare("<", v, number(0)), v, number(1)),
    apply("where", Compare("<=", number(1), number(0)), number(2), Constant("e")),
]  # fmt: skip


@pytest.mark.parametrize("body", SHAPED, ids=lambda body: torch_source(Formula("f", (), body)))
def test_shapes_and_values_are_those_of_the_exact_witness(body: Node) -> None:
    found, right = called(body), exact(body, values_of(POINT))
    assert found.dtype == torch.float64
    assert found.numpy() == pytest.approx(np.array(right, dtype=object).astype(float), rel=1e-13)
    assert called(body, torch.float32).dtype == torch.float32


@pytest.mark.parametrize(
    ("body", "source", "name"),
    [
        (apply("pow", x, 2), "x ** 2", "PowBackward0"),
        (apply("mul", x, y), "x * y", "MulBackward0"),
        (apply("div", x, y), "x / y", "DivBackward0"),
        (apply("sub", x, number("0.1")), "x - 0.1", "SubBackward0"),
        (apply("exp", x), "torch.exp(x)", "ExpBackward0"),
        (apply("relu", x), "torch.relu(x)", "ReluBackward0"),
        (apply("gelu", x), "torch.nn.functional.gelu(x)", "GeluBackward0"),
        (apply("max", x, y), "torch.maximum(x, y)", "MaximumBackward0"),
        (apply("max", x), "torch.max(x)", "MaxBackward1"),
        (apply("norm", x), "torch.linalg.vector_norm(x)", "LinalgVectorNormBackward0"),
        (apply("clamp", x, 0, 1), "torch.clamp(x, 0, 1)", "ClampBackward1"),
        (apply("pow", x, apply("div", number(1), number(3))), "x ** (1 / 3)", "PowBackward0"),
        (apply("mul", x, number("1/3")), "x * (1 / 3)", "MulBackward0"),
    ],
)
def test_it_is_spelt_as_students_spell_it(body: Node, source: str, name: str) -> None:
    assert written(body) == source
    one = torch.tensor(0.5, requires_grad=True)
    found = torch_function(Formula("f", ("x", "y"), body))(one, torch.tensor(2.0))
    assert found.grad_fn is not None
    assert found.grad_fn.name() == name


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (apply("div", number(1), number(0)), math.inf),
        (apply("log", number(0)), -math.inf),
        (apply("pow", number(-8), apply("div", number(1), number(3))), math.nan),
        (apply("pow", number(9), apply("pow", number(9), number(9))), math.inf),
        (number("1e400"), math.inf),
        (apply("mul", apply("pow", number(2), number(100)), x), 0.75 * 2.0**100),
        (apply("sub", number("1e400"), number("1e400")), math.nan),
    ],
)
def test_numbers_alone_end_as_floats_do_and_never_raise(body: Node, value: float) -> None:
    assert called(body).item() == pytest.approx(value, nan_ok=True)
    assert called(apply("add", x, body)).shape == ()


@pytest.mark.parametrize("op", ["mul", "add", "clamp", "max", "elu", "leaky_relu", "pow"])
def test_a_number_too_large_for_float32_is_no_error(op: str) -> None:
    assert called(apply(op, x, number("1e300")), torch.float32).dtype == torch.float32


def test_without_inputs_it_is_a_tensor_of_float64() -> None:
    found = torch_function(Formula("f", (), number(3)))()
    assert (found.item(), found.dtype) == (3.0, torch.float64)


@pytest.mark.parametrize("name", ["torch", "lambda", "__import__", "x; import os", "a b", ""])
def test_names_that_are_not_safe_in_python_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be an input"):
        torch_function(Formula("f", (name,), Name(name)))


def test_long_quotients_are_rounded_to_a_float() -> None:
    assert written(apply("mul", x, number(f"1/{3**40}"))) == f"x * {1 / 3**40!r}"


def test_placed_wants_a_place() -> None:
    with pytest.raises(ValueError, match="Index"):
        called(apply("placed", x, v))


def test_an_input_may_be_called_dtype() -> None:
    body = apply("max", Name("dtype"), number(2))
    found = torch_function(Formula("f", ("dtype",), body))(torch.tensor(1.0))
    assert (found.item(), found.dtype) == (2.0, torch.float32)


def test_the_table_knows_every_operation() -> None:
    assert TORCH.keys() == OPERATIONS.keys()


def test_every_operation_of_numbers_runs_on_constants_alone() -> None:
    for op, operation in OPERATIONS.items():
        if operation.acts == "each" and op != "where":
            assert called(Apply(op, (number("0.3"),) * max(operation.least, 1))).shape == ()
