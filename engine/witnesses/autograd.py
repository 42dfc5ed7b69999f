"""The witness that students know: torch's own backward pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.formula.tensors import Tensors

Function = Callable[..., Tensor]


@dataclass(frozen=True, slots=True)
class Heard:
    """A value, and the derivative by each input, in the shape of that input."""

    value: Tensor
    partials: Mapping[str, Tensor]


def autograd(function: Function, point: Tensors) -> Heard:
    """f(point) and ∂f/∂x for every x of `point`, which `function` takes in that order.

    The value must be a single number. An input that the value does not depend on gets zeros.

    >>> point = {"x": torch.tensor(3.0), "y": torch.tensor(2.0)}
    >>> heard = autograd(lambda x, y: x * x * y, point)
    >>> heard.value.item(), heard.partials["x"].item(), heard.partials["y"].item()
    (18.0, 12.0, 9.0)
    """
    leaves = [each.detach().clone().requires_grad_() for each in point.values()]
    value = function(*leaves)
    if not value.requires_grad:
        return Heard(value, {name: torch.zeros_like(each) for name, each in point.items()})
    partials = torch.autograd.grad(value, leaves, allow_unused=True, materialize_grads=True)
    return Heard(value.detach(), dict(zip(point, partials, strict=True)))
