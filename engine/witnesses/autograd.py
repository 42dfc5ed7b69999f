"""The witness that students know: torch's own backward pass."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from engine.formula.tree import Array, Point

Function = Callable[..., Tensor]
Tensors = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Heard:
    """A value, and the derivative by each input, in the shape of that input."""

    value: Tensor
    partials: Mapping[str, Tensor]


def autograd(function: Function, point: Tensors) -> Heard:
    """f(point) and ∂f/∂x for every x of `point`, which `function` takes in that order.

    The value must be a single number. An input that the value does not depend on gets zeros.

    >>> heard = autograd(lambda x, y: x * x * y, tensors_of({
    ...     "x": Array((), (Fraction(3),)), "y": Array((), (Fraction(2),))}))
    >>> heard.value.item(), heard.partials["x"].item(), heard.partials["y"].item()
    (18.0, 12.0, 9.0)
    """
    leaves = [each.detach().clone().requires_grad_() for each in point.values()]
    value = function(*leaves)
    if not value.requires_grad:
        return Heard(value, {name: torch.zeros_like(each) for name, each in point.items()})
    partials = torch.autograd.grad(value, leaves, allow_unused=True, materialize_grads=True)
    return Heard(value.detach(), dict(zip(point, partials, strict=True)))


def tensors_of(point: Point, dtype: torch.dtype = torch.float64) -> Tensors:
    """The inputs as tensors; past the range of the dtype a number becomes an infinity."""
    return {name: _tensor(array, dtype) for name, array in point.items()}


def _tensor(array: Array, dtype: torch.dtype) -> Tensor:
    numbers = [nearest(each) for each in array.values]
    return torch.tensor(numbers, dtype=torch.float64).to(dtype).reshape(array.shape)


def nearest(value: Fraction) -> float:
    """The float64 nearest to a fraction.

    >>> nearest(Fraction(1, 10)), nearest(Fraction(-(10**400)))
    (0.1, -inf)
    """
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
