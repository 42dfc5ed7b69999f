"""The autograd graph behind a live tensor, walked without changing it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import torch
from torch import Tensor

NODES: Final = 10_000
_FREED: Final = "backward through the graph a second time"
_OF_USER = torch.autograd.function.BackwardCFunction


def nodes(tensor: Tensor) -> Iterator[Any]:
    """Every node that `tensor.backward()` would visit, nearest first.

    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> [node.name() for node in nodes(x ** 2)]
    ['PowBackward0', 'torch::autograd::AccumulateGrad']
    """
    waiting = [tensor.grad_fn]
    seen: set[Any] = set()
    for node in waiting:
        if node is None or node in seen:
            continue
        seen.add(node)
        if len(seen) > NODES:
            return
        yield node
        waiting += [following for following, _ in node.next_functions]


def is_freed(node: Any) -> bool:
    """Whether an earlier `backward()` has freed what this node had saved.

    >>> y = torch.tensor(2.0, requires_grad=True) ** 2
    >>> before = is_freed(y.grad_fn)
    >>> y.backward()
    >>> before, is_freed(y.grad_fn)
    (False, True)
    """
    return _saves(node) is False


def is_kept(node: Any) -> bool:
    """Whether a node still holds tensors that `backward()` needs."""
    return _saves(node) is True


def _saves(node: Any) -> bool | None:
    """True: tensors are there; False: they were freed; None: it needs none."""
    if isinstance(node, _OF_USER):  # its attributes are a user's own
        return None
    kept: bool | None = None
    for name in dir(type(node)):
        if name.startswith("_saved_"):
            try:
                kept = isinstance(getattr(node, name), Tensor) or kept
            except RuntimeError as error:
                if _FREED in str(error):
                    return False
    return kept


def may_be_walked(tensor: Tensor) -> bool:
    """Whether the whole graph of a tensor may have been through `backward()` before.

    A call that fails half-way frees what it has passed, so that a graph of which only a part
    was gone may look the same afterwards.
    """
    found = [*nodes(tensor)]
    return any(map(is_freed, found)) and not any(map(is_kept, found))


def freed_below(tensor: Tensor) -> set[Any]:
    """The nodes below a tensor that a `backward()` has been through."""
    return {node for node in nodes(tensor) if is_freed(node)}


def reaches(tensor: Tensor, leaf: Tensor) -> bool:
    """Whether `tensor.backward()` would bring a gradient to this leaf."""
    return any(getattr(node, "variable", None) is leaf for node in nodes(tensor))
