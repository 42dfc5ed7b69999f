"""The inputs of a formula as torch takes them."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.formula.tree import Array, Point
from engine.formula.writing.python_numbers import nearest_float

Tensors = dict[str, Tensor]


def tensors_of(point: Point, dtype: torch.dtype = torch.float64) -> Tensors:
    """A point's arrays as tensors, in its order.

    >>> from fractions import Fraction
    >>> tensors_of({"x": Array((2,), (Fraction(1), Fraction(1, 2)))})["x"]
    tensor([1.0000, 0.5000], dtype=torch.float64)
    """
    return {name: tensor_of(array, dtype) for name, array in point.items()}


def tensor_of(array: Array, dtype: torch.dtype = torch.float64) -> Tensor:
    """An array as a tensor; past the range of the dtype a number becomes an infinity.

    >>> from fractions import Fraction
    >>> tensor_of(Array((), (Fraction(10**400),)))
    tensor(inf, dtype=torch.float64)
    """
    numbers = [nearest_float(each) for each in array.values]
    return torch.tensor(numbers, dtype=torch.float64).to(dtype).reshape(array.shape)
