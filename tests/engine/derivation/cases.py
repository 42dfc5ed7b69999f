"""Formulas from text, their derivatives by torch, and numbers of both kinds side by side."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import torch

from engine.formula.exact import exact, values_of
from engine.formula.tensors import tensor_of
from engine.formula.tree import Array, Formula, Node, Point
from engine.formula.writing.torch_function import torch_function


def shapes(point: Point) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in point.items()}


def tensor(array: Array) -> torch.Tensor:
    return tensor_of(array).requires_grad_()


def autograd(formula: Formula, point: Point) -> Mapping[str, torch.Tensor]:
    """The derivatives of the sum of the formula's elements."""
    tensors = {name: tensor(point[name]) for name in formula.inputs}
    value = torch_function(formula)(*tensors.values()).sum()
    if not value.requires_grad:
        return {name: torch.zeros_like(each) for name, each in tensors.items()}
    found = torch.autograd.grad(value, list(tensors.values()), materialize_grads=True)
    return dict(zip(formula.inputs, found, strict=True))


def at_fifty(node: Node, point: Point) -> Any:
    """Its value at 50 digits, as an array."""
    return np.asarray(exact(node, values_of(point)), dtype=object)


def floats(value: Any) -> torch.Tensor:
    numbers = [float(each) for each in np.asarray(value, dtype=object).reshape(-1)]
    return torch.tensor(numbers, dtype=torch.float64).reshape(np.shape(value))


def array(*values: str | int) -> Array:
    numbers = tuple(map(Fraction, values))
    return Array((len(numbers),), numbers)
