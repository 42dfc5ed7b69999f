"""A formula of one number and its derivative, as a function of a vector."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final, cast

import numpy as np
import torch
from torch.nn import functional

from engine.formula.tree import Formula, Node
from engine.formula.writing.tensor_lines import TensorCode, tensor_code

ValueAndSlope = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]
Both = Callable[..., tuple[torch.Tensor, torch.Tensor]]


def tensor_function(formula: Formula, derivative: Node) -> ValueAndSlope:
    """f and f' of every element of a vector, in its dtype and on its device; inf and nan as torch.

    What it returns it will write over at the next call.

    Raises:
        NotScalar: the formula is of vectors or matrices.

    >>> from engine.formula.tree import Apply, Name
    >>> exp = Apply("exp", (Name("x"),))
    >>> tensor_function(Formula("f", ("x",), exp), exp)(torch.zeros(2, dtype=torch.float64))[1]
    tensor([1., 1.], dtype=torch.float64)
    """
    code = tensor_code(formula, derivative)
    on_cpu, elsewhere = (_compiled(code.source, arithmetic) for arithmetic in (_NUMPY, _TORCH))
    known: tuple[object, ...] = ()
    beside: list[object] = []

    def function(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        nonlocal known, beside
        if (x.shape, x.dtype, x.device) != known:
            known = (x.shape, x.dtype, x.device)
            beside = _beside(code, x)
        if not x.is_cpu:
            return elsewhere(x, x, *beside)
        with np.errstate(all="ignore"):
            return on_cpu(x, x.numpy(), *beside)

    return function


def _compiled(source: str, arithmetic: Mapping[str, object]) -> Both:
    space: dict[str, object] = {**_NAMESPACE, **arithmetic}
    exec(compile(source, "<formula>", "exec"), space)
    return cast(Both, space["both"])


def _beside(code: TensorCode, x: torch.Tensor) -> list[object]:
    """Constants and buffers, each with its twin."""
    constants = [_constant(each, x) for each in code.constants]
    buffers = [torch.empty_like(x) for _ in range(code.buffers)]
    if not x.is_cpu:
        return [each for tensor in (*constants, *buffers) for each in (tensor, tensor)]
    # numpy takes a float as a number of the array's own dtype.
    numbers = [each for tensor in constants for each in (tensor, tensor.item())]
    return [*numbers, *(each for tensor in buffers for each in (tensor, tensor.numpy()))]


def _constant(value: float, x: torch.Tensor) -> torch.Tensor:
    if abs(value) > torch.finfo(x.dtype).max:
        value = math.copysign(math.inf, value)
    return torch.tensor(value, dtype=x.dtype, device=x.device)


_FROM_TORCH: Final = (
    "sin cos tan asin acos atan sinh cosh tanh exp log log2 log10 log1p expm1 sqrt rsqrt abs "
    "sign floor ceil sigmoid erf pow maximum minimum where relu"
)
_TORCH: Final = {name: getattr(torch, name) for name in ("add", "sub", "mul", "div", "neg")}
_NUMPY: Final = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
}
_NAMESPACE: Final[dict[str, object]] = {
    # torch imports parts of itself at first use, by the builtins of its caller.
    "__builtins__": {"__import__": __import__},
    **{name: getattr(torch, name) for name in _FROM_TORCH.split()},
    **{name: getattr(functional, name) for name in ("gelu", "silu", "softplus")},
}
