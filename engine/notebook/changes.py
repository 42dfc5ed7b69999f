"""What code that ran many times has changed in a session: by version counters, not by values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from torch import Tensor

from engine.pitfalls.facts.trusted import is_tensor
from engine.pitfalls.silent.parameters import tensors

MOST: Final = 500  # names, and as many tensors
_SIZED = (list, dict, set, bytearray)

Marks = dict[str, tuple[object, int]]  # by name: the object itself, and what tells of a change


def marks_of(names: Mapping[str, Any]) -> Marks:
    """A mark of every name of a session: what it stands for, and a version or a size of that.

    >>> x = []
    >>> before = marks_of({"x": x, "y": 1})
    >>> x.append(1)
    >>> changed(before, marks_of({"x": x, "y": 1}))
    ['x']
    """
    return {**dict(islice(_named(names), MOST)), **dict(islice(_counted(names), 2 * MOST))}


def changed(before: Marks, after: Marks) -> list[str]:
    """Names that are new, stand for something else, or for an object that was changed in place."""
    return [name for name, mark in after.items() if not _alike(before.get(name), mark)]


def _alike(before: tuple[object, int] | None, after: tuple[object, int]) -> bool:
    return before is not None and before[0] is after[0] and before[1] == after[1]


def _named(names: Mapping[str, Any]) -> Iterator[tuple[str, tuple[object, int]]]:
    for name, value in list(names.items()):
        if type(name) is str and not name.startswith("_"):
            yield name, (value, len(value) if type(value) in _SIZED else 0)


def _counted(names: Mapping[str, Any]) -> Iterator[tuple[str, tuple[object, int]]]:
    """Tensors with torch's own count of writes, and the gradients of leaves."""
    for name, tensor in islice(tensors(names), MOST):
        yield name, (tensor, _writes(tensor))
        gradient = tensor.grad if tensor.is_leaf else None
        if is_tensor(gradient):
            yield f"{name}.grad", (gradient, _writes(gradient))


def _writes(tensor: Tensor) -> int:
    return 0 if tensor.is_inference() else tensor._version  # those are not counted
