"""A formula of one number and its derivative, as a function of a vector."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, cast

import torch
from torch.nn import functional

from engine.formula.tree import Formula, Node
from engine.formula.writing.tensor_lines import tensor_code

ValueAndSlope = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


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
    space: dict[str, object] = {**_NAMESPACE}
    exec(compile(code.source, "<formula>", "exec"), space)
    both = cast(Callable[..., tuple[torch.Tensor, torch.Tensor]], space["both"])
    known: tuple[object, ...] = ()
    beside: list[torch.Tensor] = []

    def function(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        nonlocal known, beside
        if (x.shape, x.dtype, x.device) != known:
            known = (x.shape, x.dtype, x.device)
            constants = [_constant(each, x) for each in code.constants]
            beside = [*constants, *(torch.empty_like(x) for _ in range(code.buffers))]
        return both(x, *beside)

    return function


def _constant(value: float, x: torch.Tensor) -> torch.Tensor:
    if abs(value) > torch.finfo(x.dtype).max:
        value = math.copysign(math.inf, value)
    return torch.tensor(value, dtype=x.dtype, device=x.device)


_FROM_TORCH: Final = (
    "neg sin cos tan asin acos atan sinh cosh tanh exp log log2 log10 log1p expm1 sqrt rsqrt abs "
    "sign floor ceil sigmoid erf add sub mul div pow maximum minimum where relu"
)
_NAMESPACE: Final[dict[str, object]] = {
    # torch imports parts of itself at first use, by the builtins of its caller.
    "__builtins__": {"__import__": __import__},
    **{name: getattr(torch, name) for name in _FROM_TORCH.split()},
    **{name: getattr(functional, name) for name in ("gelu", "silu", "softplus")},
}
