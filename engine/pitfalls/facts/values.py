"""Live values of a cell that went wrong, looked at without running anything of the user's."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from engine.pitfalls.facts.trusted import is_tensor
from engine.pitfalls.rule import Scene

_dict = object.__getattribute__


def tensor_at(scene: Scene, node: ast.expr | None) -> Tensor | None:
    """The tensor that `x`, `x.grad` or `layer.weight` stands for; None: unknown, or no tensor.

    Tensors of a user's own class are unknown: its methods may do anything.

    >>> import torch
    >>> scene = Scene("", "", names={"x": torch.ones(2)})
    >>> tensor_at(scene, ast.parse("x", mode="eval").body)
    tensor([1., 1.])
    """
    value = value_at(scene, node)
    return value if is_tensor(value) else None


def value_at(scene: Scene, node: ast.expr | None) -> Any:
    """The value that a name, or an attribute of a tensor or a module, stands for; else None."""
    if isinstance(node, ast.Name):
        return scene.names.get(node.id)
    if not isinstance(node, ast.Attribute):
        return None
    owner = value_at(scene, node.value)
    if is_tensor(owner):
        return {"grad": _grad, "data": Tensor.detach}.get(node.attr, _nothing)(owner)
    return _part(owner, node.attr) if issubclass(type(owner), nn.Module) else None


def _grad(tensor: Tensor) -> Tensor | None:
    # Asking a computed tensor for its gradient warns.
    return tensor.grad if tensor.is_leaf or tensor.retains_grad else None


def _nothing(_: Tensor) -> None:
    return None


def _part(module: nn.Module, name: str) -> Any:
    own: Mapping[str, Any] = _dict(module, "__dict__")
    for kind in ("_parameters", "_modules", "_buffers"):
        parts = own.get(kind)
        if type(parts) is dict and name in parts:
            return parts[name]
    return own.get(name)
