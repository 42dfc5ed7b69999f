"""A formula of one number and its derivative as straight lines of torch, on many numbers at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, Literal, cast

import torch
from torch.nn import functional

from engine.formula.tree import Formula, Node
from engine.formula.writing.cuda import FLOAT_LARGEST
from engine.formula.writing.source import bare
from engine.formula.writing.straight import Language, straight_line, variables

DType = Literal["float64", "float32"]
ValueAndSlope = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


def tensor_source(formula: Formula, derivative: Node, dtype: DType = "float64") -> str:
    """Source of `both(x)`: f and f' on a vector of that dtype, what they share computed once.

    Infinities and nan come out as torch makes them. To be run by `tensor_function`.

    Raises:
        NotScalar: the formula is of vectors or matrices.

    >>> from fractions import Fraction
    >>> from engine.formula.tree import Apply, Name, Number
    >>> x, two, three = Name("x"), Number(Fraction(2)), Number(Fraction(3))
    >>> cube = Formula("f", ("x",), Apply("pow", (x, three)))
    >>> print(tensor_source(cube, Apply("mul", (three, Apply("pow", (x, two))))))
    def both(x):
        like = x
        t0 = x * x
        return filled(like, t0 * x), filled(like, 3.0 * t0)
    """
    value, slope = straight_line([formula.body, derivative], formula.inputs, TENSORS[dtype])
    lines = [f"like = {variables(formula.inputs)[formula.inputs[0]]}", *value.lines, *slope.lines]
    results = f"filled(like, {bare(value.value)}), filled(like, {bare(slope.value)})"
    lines.append(f"return {results}")
    head = f"def both({variables(formula.inputs)[formula.inputs[0]]}):"
    return "\n".join([head, *(f"    {line}" for line in lines)])


def tensor_function(formula: Formula, derivative: Node, dtype: DType = "float64") -> ValueAndSlope:
    """What `tensor_source` defines: f and f' of every element of a vector, on its device.

    >>> from engine.formula.tree import Apply, Name
    >>> exp = Apply("exp", (Name("x"),))
    >>> tensor_function(Formula("f", ("x",), exp), exp)(torch.zeros(2, dtype=torch.float64))[1]
    tensor([1., 1.], dtype=torch.float64)
    """
    space: dict[str, object] = {**_NAMESPACE}
    exec(compile(tensor_source(formula, derivative, dtype), "<formula>", "exec"), space)
    return cast(ValueAndSlope, space["both"])


_Value = torch.Tensor | float


def _filled(like: torch.Tensor, value: _Value) -> torch.Tensor:
    return value if isinstance(value, torch.Tensor) else torch.full_like(like, value)


def _chosen(
    like: torch.Tensor, condition: torch.Tensor | bool, first: _Value, second: _Value
) -> torch.Tensor:
    if isinstance(condition, bool):
        return _filled(like, first if condition else second)
    return torch.where(condition, _filled(like, first), _filled(like, second))


def _elu(like: torch.Tensor, x: _Value, alpha: _Value) -> torch.Tensor:
    x = _filled(like, x)
    return torch.where(x > 0, x, alpha * torch.expm1(x))


def _extreme(of_two: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    def found(like: torch.Tensor, x: _Value, y: _Value) -> torch.Tensor:
        return of_two(_filled(like, x), _filled(like, y))

    return found


_CALLS: Final = (
    "sin cos tan asin acos atan sinh cosh tanh exp log log2 log10 log1p expm1 sqrt rsqrt abs sign "
    "floor ceil relu sigmoid erf"
)
_TEMPLATES: Final[dict[str, str]] = {
    **{name: f"{name}({{0}})" for name in _CALLS.split()},
    "neg": "(-{0})",
    "add": "({0} + {1})",
    "sub": "({0} - {1})",
    "mul": "({0} * {1})",
    # torch makes of 3.0 / x the product 3.0 * (1 / x), rounded twice.
    "div": "(filled(like, {0}) / {1})",
    "pow": "pow({0}, {1})",
    "leaky_relu": "chosen(like, {0} > 0.0, {0}, {1} * {0})",
    "elu": "elu(like, {0}, {1})",
    "gelu": "gelu({0})",
    "silu": "silu({0})",
    "softplus": "softplus({0}, threshold=36)",
    "max": "maximum(like, {0}, {1})",
    "min": "minimum(like, {0}, {1})",
    "where": "chosen(like, {0}, {1}, {2})",
    "zeroed": "chosen(like, {1} == 0.0, 0.0, {0})",
    "norm": "abs({0})",
    "softmax": "({0} - {0} + 1.0)",
    "log_softmax": "({0} - {0})",
}


def _language(largest: float) -> Language:
    def number(value: float) -> str:
        if abs(value) > largest:
            value = math.copysign(math.inf, value)
        return repr(value) if value >= 0 or math.isnan(value) else f"({value!r})"

    return Language(_TEMPLATES, number, "{name} = {text}", "{name} = {text}")


TENSORS: Final = {"float64": _language(math.inf), "float32": _language(FLOAT_LARGEST)}
_NAMESPACE: Final[dict[str, object]] = {
    # torch imports parts of itself at first use, by the builtins of its caller.
    "__builtins__": {"__import__": __import__},
    **{name: getattr(torch, name) for name in [*_CALLS.split(), "pow"]},
    **{name: getattr(functional, name) for name in ("gelu", "silu", "softplus")},
    "inf": math.inf,
    "nan": math.nan,
    "filled": _filled,
    "chosen": _chosen,
    "elu": _elu,
    "maximum": _extreme(torch.maximum),
    "minimum": _extreme(torch.minimum),
}
