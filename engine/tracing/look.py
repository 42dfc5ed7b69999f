"""What a value looks like in a trace: the shape and dtype of a tensor, or what else it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

_Base = torch._C.TensorBase
_NoOverride = torch._C.DisableTorchFunctionSubclass
_SHAPELESS = (UninitializedParameter, UninitializedBuffer)
_shape, _dtype = (vars(_Base)[name].__get__ for name in ("shape", "dtype"))
_LISTED = 4  # tensors of a tuple whose shapes are written out
_MEMBERS = 100  # a longer tuple is not looked through
_NESTED = 2  # an LSTM answers (output, (h, c))
_DIGITS = 12
_LISTED_NUMBERS = 16


@dataclass(frozen=True, slots=True)
class Look:
    """Shape and dtype as they are shown; `sizes` when the value is one tensor.

    `measured`: a number of which another one says no more about shapes, as a loss.
    """

    shape: str
    dtype: str = ""
    sizes: tuple[int, ...] | None = None
    measured: bool = False


def look(value: Any, *, derived: bool = False) -> Look | None:
    """How a value is shown; None for what says nothing about shapes.

    Numbers count only when they are `derived` from a tensor, as in `x.numel() * 4`.

    >>> look(torch.eye(2)), look(torch.eye(2).max(dim=0))
    (Look(shape='(2, 2)', dtype='float32', sizes=(2, 2), measured=False), \
Look(shape='(2,), (2,)', dtype='float32, int64', sizes=None, measured=False))
    >>> look(3), look(3, derived=True)
    (None, Look(shape='3', dtype='', sizes=None, measured=False))
    """
    kind = type(value)
    if issubclass(kind, torch.Tensor):
        return _tensor(value)
    if kind is np.ndarray:
        return Look(str(value.shape), value.dtype.name)
    if kind is torch.Size:
        return Look(str(value))
    if issubclass(kind, tuple) or kind is list:
        found = _several(value)
        return _numbers(value) if found is None and derived else found
    return _plain(value) if derived else None


def _tensor(value: Any) -> Look | None:
    if type(value) in _SHAPELESS:
        return None
    with _NoOverride():  # what a subclass says of itself may be made up
        try:
            sizes = tuple(int(size) for size in _shape(value))
        except RuntimeError:  # a nested tensor has none
            return None
        return Look(str(sizes), str(_dtype(value)).removeprefix("torch."), sizes)


def _plain(value: object) -> Look | None:
    if type(value) in (bool, int) and len(text := str(value)) <= _DIGITS:
        return Look(text)
    if type(value) is float:
        return Look(f"{value:.4g}", measured=True)
    return Look(str(value)) if type(value) is torch.dtype else None


def _numbers(value: object) -> Look | None:
    """Whole numbers taken of a tensor, as its strides."""
    if type(value) is not tuple or not 0 < len(value) <= _LISTED_NUMBERS:
        return None
    return Look(str(value)) if all(type(member) is int for member in value) else None


def _several(value: Any, nested: int = _NESTED) -> Look | None:
    looks: list[Look] = []
    for member in _members(value):
        seen = _member(member, nested)
        if seen is None or len(looks) == _MEMBERS:
            return None
        looks.append(seen)
    dtypes = dict.fromkeys(name for each in looks for name in each.dtype.split(", "))
    return Look(_joined([each.shape for each in looks]), ", ".join(dtypes)) if looks else None


def _members(value: Any) -> Iterator[object]:
    # Past an __iter__ of the user's.
    return tuple.__iter__(value) if issubclass(type(value), tuple) else list.__iter__(value)


def _member(member: object, nested: int) -> Look | None:
    kind = type(member)
    if issubclass(kind, torch.Tensor):
        return _tensor(member)
    if kind is torch.Size:
        return Look(str(member))
    if nested and (kind is tuple or kind is list):
        inner = _several(member, nested - 1)
        return inner and Look(f"({inner.shape})", inner.dtype)
    return None


def _joined(shapes: list[str]) -> str:
    if len(shapes) <= _LISTED:
        return ", ".join(shapes)
    if len(set(shapes)) == 1:
        return f"{len(shapes)} × {shapes[0]}"
    return f"{', '.join(shapes[: _LISTED - 1])}, … ({len(shapes)})"
