"""Whether two cells came to the same value, where that can be told without a user's code."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import torch

NUMEL_MAX: Final = 1 << 22
# Sums in another order differ in float32 by some 1e-6 of the largest number, seldom by 1e-4.
TOLERANCE: Final = 1e-4
_NUMBERS = (bool, int, float)
_EXACT = (bool, int, str, bytes)


def alike(one: object, other: object) -> bool | None:
    """Whether two values are equal, numbers up to rounding; None where that is not looked at.

    Looked at are numbers, texts, tensors and arrays, and tuples and lists of them, by their exact
    types: a class of the user's might answer anything.

    >>> alike(torch.ones(2), [1.0, 1.0]), alike(2, torch.tensor(2.0)), alike((1, "a"), (1, "b"))
    (None, True, False)
    """
    if type(one) in (tuple, list) and type(other) is type(one):
        return _items_alike(one, other)  # type: ignore[arg-type]
    if type(one) in _EXACT and type(other) in _EXACT:
        return one == other
    first, second = _tensor(one), _tensor(other)
    if first is None or second is None:
        return None
    if first.shape != second.shape:
        return False
    if first.is_floating_point() or second.is_floating_point():
        return _close(first.double(), second.double())
    return torch.equal(first.long(), second.long())


def _items_alike(
    one: tuple[Any, ...] | list[Any], other: tuple[Any, ...] | list[Any]
) -> bool | None:
    if len(one) != len(other):
        return False
    if len(one) > 100:
        return None
    found = [
        None if type(a) in (tuple, list) else alike(a, b) for a, b in zip(one, other, strict=True)
    ]
    return False if False in found else None if None in found else True


def _tensor(value: object) -> torch.Tensor | None:
    """A real number, an array or a tensor, as a tensor."""
    if type(value) in _NUMBERS:
        value = torch.tensor(value)
    elif type(value) is np.ndarray and value.dtype.kind in "bif":
        value = torch.from_numpy(np.ascontiguousarray(value))
    if type(value) not in (torch.Tensor, torch.nn.Parameter):
        return None
    assert isinstance(value, torch.Tensor)
    if value.is_meta or value.is_complex() or value.layout is not torch.strided:
        return None
    return value.detach() if value.numel() <= NUMEL_MAX else None


def _close(one: torch.Tensor, other: torch.Tensor) -> bool:
    finite = torch.isfinite(one) & torch.isfinite(other)
    if not bool(((one == other) | (one.isnan() & other.isnan()) | finite).all()):
        return False
    gaps, sizes = (one - other)[finite].abs(), torch.maximum(one.abs(), other.abs())[finite]
    if not sizes.numel():
        return True
    largest = float(sizes.max())
    return math.isfinite(largest) and float(gaps.max()) <= TOLERANCE * largest
