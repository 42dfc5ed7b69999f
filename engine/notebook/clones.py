"""A tensor of a session copied, so that the copy may be changed and the session stays."""

from __future__ import annotations

import torch


def clone(tensor: torch.Tensor) -> torch.Tensor:
    """The same numbers, flag and gradient in memory of its own; a computed one without its graph.

    Raises whatever torch raises for a layout that cannot be cloned.

    >>> x = torch.ones(2, requires_grad=True)
    >>> clone(x).is_leaf, clone(x * 2).is_leaf, clone(x * 2).requires_grad
    (True, False, True)
    """
    copy = tensor.detach().clone()
    if type(tensor) is torch.nn.Parameter:
        copy = torch.nn.Parameter(copy, tensor.requires_grad)
    copy.requires_grad_(tensor.requires_grad)
    if not tensor.is_leaf:
        with torch.enable_grad():
            return copy.clone()  # it may be changed in place, as the original may
    if tensor.grad is not None:
        copy.grad = tensor.grad.detach().clone()
    return copy
