"""Every rule, by every argument, is torch's: at ordinary points, at kinks and at ties."""

from __future__ import annotations

import pytest
import torch

from engine.derivation.paths import derivative
from engine.derivation.rules import RULES
from engine.formula.operations import OPERATIONS
from engine.formula.tree import Formula
from engine.formula.writing.torch_function import torch_function
from tests.engine.derivation.cases import at_fifty, autograd, floats, shapes, tensor
from tests.engine.formula.asking import read

UNARY = (
    "sin cos tan asin acos atan sinh cosh tanh exp log log2 log10 log1p expm1 sqrt rsqrt abs sign "
    "floor ceil relu leaky_relu elu gelu silu sigmoid softplus erf"
)
REDUCING = ["sum", "mean", "prod", "norm", "logsumexp", "max", "min"]
LEFT = ["relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "abs"]
AT_ZERO = ["abs", "sign", "relu", "leaky_relu", "elu", "sqrt", "rsqrt", "log"]
SCALARS = [
    *(f"{name}(x) at x={x}" for name in UNARY.split() for x in ("0.3", "0.75")),
    *(f"{name}(x) at x=-1.7" for name in LEFT),
    "-x at x=2",
    "x*y - x/y + y at x=1.5 y=-2.5",
    "x^y at x=1.5 y=-2.5",
    "x^-2 + x^0.5 + x^3 at x=1.5",
    "leaky_relu(x, y) at x=-1.5 y=0.3",
    "leaky_relu(x, y) at x=1.5 y=0.3",
    "elu(x, y) at x=-1.5 y=0.3",
    "elu(x, y) at x=1.5 y=0.3",
    *(f"clamp(x, y, z) at x={x} y=-1 z=2" for x in (-3, 0, 3)),
    "clamp(x, y, z) at x=0 y=2 z=-1",
    "clamp(x, y) at x=-3 y=1",
    "clamp(x, y) at x=3 y=1",
    "max(x, y, z) at x=1 y=3 z=2",
    "min(x, y, z) at x=1 y=3 z=2",
    "where(x > y, x*y, x/y) at x=1 y=3",
]
KINKS = [
    *(f"{name}(x) at x=0" for name in AT_ZERO),
    "elu(x, 2) at x=0",
    "leaky_relu(x, 0.3) at x=0",
    "floor(x) + ceil(x) at x=2",
    "asin(x) at x=1",
    "acos(x) at x=-1",
    "clamp(x, 0, 1) at x=0",
    "clamp(x, 0, 1) at x=1",
    "clamp(x, y, z) at x=0 y=0 z=1",
    "clamp(x, y, z) at x=1 y=0 z=1",
    "clamp(x, y, z) at x=1 y=1 z=1",
    "max(x, y) at x=1 y=1",
    "min(x, y) at x=1 y=1",
    "max(x, y, z) at x=1 y=1 z=1",
    "min(x, y, z) at x=2 y=1 z=1",
    "max(x, x) at x=1",
    "where(x > 0, x^2, -x) at x=0",
    "where(x > 0, sqrt(x), 0) at x=0",
    "sqrt(x^2) at x=0",
    "norm(x) at x=0",
    "norm(x) at x=[0, 0]",
    "sqrt(sum(x^2)) at x=[0, 0]",
    "max(x) at x=[1, 3, 3, 2, 3]",
    "min(x) at x=[1, 3, 1]",
    "sum(max(x, dim=0)) at x=[[1, 2], [1, 3]]",
    "prod(x) at x=[0, 2, 3]",
    "prod(x) at x=[0, 0, 3]",
    "x^2 at x=0",
    "x^1 at x=0",
    "x^0 at x=0",
    "x^0.5 at x=0",
    "x^-1 at x=0",
    "x^y at x=0 y=2",
    "x^y at x=0 y=0",
    "0^x at x=2",
    "1/x at x=0",
    "x*log(x) at x=0",
]
TENSORS = [
    *(f"{op}(x) at x=[1, -2, 4]" for op in REDUCING),
    *(f"{op}(x) at x=[[1, -2], [4, 0.5]]" for op in REDUCING),
    *(
        f"dot({op}(x, dim={dim}), [1, 2]) at x=[[1, -2], [4, 0.5]]"
        for op in REDUCING
        for dim in (0, 1, -1)
    ),
    *(
        f"sum({op}(x, dim={dim}) * [[1, 2], [3, 5]]) at x=[[1, -2], [4, 0.5]]"
        for op in ("softmax", "log_softmax")
        for dim in (0, 1, -1)
    ),
    *(f"{op}(x)[1] at x=[1, -2, 4]" for op in ("softmax", "log_softmax")),
    *(f"dot({op}(x), x) at x=[1, -2, 4]" for op in ("softmax", "log_softmax")),
    *(f"sum({op}(x)) at x=[1, -2, 4]" for op in ("softmax", "log_softmax")),
    *(f"{op}(x) at x=2" for op in [*REDUCING, "softmax", "log_softmax"]),
    "dot(x, y) at x=[1, 2] y=[3, 5]",
    "x @ y at x=[1, 2] y=[3, 5]",
    "dot(A @ x, [1, 2]) at A=[[1, 2, 3], [4, 5, 6]] x=[1, 0, 2]",
    "dot(x @ A, [1, 2, 4]) at A=[[1, 2, 3], [4, 5, 6]] x=[1, 2]",
    "sum((A @ B)^2) at A=[[1, 2, 3], [4, 5, 6]] B=[[1, 2], [0, 1], [3, 1]]",
    "sum(A @ x) + sum(x @ A) at A=[[1, 2], [4, 5]] x=[1, 2]",
    "sum(A @ A @ x) at A=[[1, 2], [4, 5]] x=[1, 2]",
    "norm(A @ x - b)^2/2 at A=[[1, 2], [4, 5]] x=[1, 2] b=[0, 1]",
    "x[0]^2 + x[-1]*x[1] at x=[1, 2, 3]",
    "sum(A[1]) * A[0, 1] at A=[[1, 2], [4, 5]]",
    "sum(c * x) + c at c=2 x=[1, 2, 3]",
    "sum(x + c) at c=2 x=[1, 2, 3]",
    "sum(A * x / c) at A=[[1, 2], [4, 5]] x=[1, 2] c=3",
    "sum(x^c + c^x) at x=[1, 2] c=3",
    "sum(max(x, c)) + sum(where(x > c, x, c)) at x=[1, 2, 3] c=2",
    "sum(clamp(x, c, d)) at x=[1, 2, 3, 4] c=1.5 d=3.5",
    "mean(softplus(-y * (A @ w))) at A=[[1, 2], [4, 5], [0, 1]] w=[1, -1] y=[1, -1, 1]",
]


def compare(text: str) -> None:
    request = read(text)
    formula, point = request.formula, request.point
    said = autograd(formula, point)
    for name in formula.inputs:
        node = derivative(formula, name, shapes(point))
        right = floats(at_fifty(node, point))
        in_torch = torch_function(Formula("f", formula.inputs, node))
        theirs = in_torch(*(tensor(point[each]) for each in formula.inputs)).detach()
        for found in (right, theirs):
            assert found.shape == said[name].shape
            close = torch.allclose(found, said[name], rtol=1e-12, atol=1e-13, equal_nan=True)
            assert close, (name, found, said[name])


@pytest.mark.parametrize("text", SCALARS)
def test_derivative_of_numbers_is_torchs(text: str) -> None:
    compare(text)


@pytest.mark.parametrize("text", KINKS)
def test_kink_is_torchs(text: str) -> None:
    compare(text)


@pytest.mark.parametrize("text", TENSORS)
def test_derivative_of_tensors_is_torchs(text: str) -> None:
    compare(text)


def test_every_operation_of_a_student_has_a_rule() -> None:
    signs = {"neg", "add", "sub", "mul", "div", "pow", "zeroed"}
    written = {name for name, operation in OPERATIONS.items() if operation.written}
    assert RULES.keys() == written | signs


def test_every_rule_of_a_name_is_compared_above() -> None:
    texts = " ".join([*SCALARS, *TENSORS])
    names = {name for name, operation in OPERATIONS.items() if operation.written} - {"matmul"}
    assert {name for name in names if f"{name}(" not in texts} == set()
