"""What may be touched and called again without running anything a student has written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import prod
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final, TypeGuard

import torch
from torch import nn
from torch.nn import functional

NUMEL_MAX: Final = 1 << 20
PRODUCTS_MAX: Final = 1 << 28
_ITEMS_MAX: Final = 60
_TENSORS = (torch.Tensor, nn.Parameter)
_PLAIN = (int, float, bool, str, complex, type(None), torch.Size, torch.dtype, torch.device, slice)
_MODULES = (torch, functional, torch.linalg, nn)
# Layers that keep nothing of what passes through them.
LAYERS: Final = (
    nn.Linear, nn.ReLU, nn.Sigmoid, nn.Tanh, nn.Softmax, nn.GELU, nn.LeakyReLU, nn.Flatten,
    nn.Conv1d, nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, nn.Embedding, nn.Identity, nn.LayerNorm,
    nn.CrossEntropyLoss, nn.NLLLoss, nn.MSELoss, nn.L1Loss, nn.BCELoss, nn.BCEWithLogitsLoss,
    nn.Dropout,
)  # fmt: skip
_HARMFUL = ("set_", "_", "init_", "backward", "register", "share_memory", "retain_grad", "storage")
_PRODUCTS = ("@", "@=", "matmul", "mm", "bmm", "linear", "Linear")
_members = object.__getattribute__


class Unknown(Exception):
    """A value that cannot be had without running what a student has written."""


def is_tensor(value: object) -> TypeGuard[torch.Tensor]:
    """Whether it is a tensor of torch's own class: a subclass may override anything.

    >>> is_tensor(torch.ones(2)), is_tensor([1, 2])
    (True, False)
    """
    return type(value) in _TENSORS


def checked(value: Any) -> Any:
    """The value, if using it runs nothing of a student's; raises Unknown otherwise."""
    kind = type(value)
    if is_tensor(value) or kind in _PLAIN or kind in LAYERS or kind is nn.Sequential:
        return value
    if issubclass(kind, nn.Module) or kind in (ModuleType, BuiltinFunctionType):
        return value  # looked into or compared, never called for itself
    if kind is FunctionType and is_of_torch(value):
        return value
    if _is_simple(value):
        return value
    raise Unknown


def _is_simple(value: Any) -> bool:
    if type(value) in (list, tuple):
        return len(value) <= _ITEMS_MAX and all(map(_is_simple, value))
    return is_tensor(value) or type(value) in _PLAIN


def member(owner: Any, name: str) -> Any:
    """An attribute of a tensor, of a module of torch or of a layer; raises Unknown."""
    if is_tensor(owner) and name in ("T", "mT", "shape", "dtype", "device", "data", "ndim", "grad"):
        return checked(getattr(owner, name))
    if type(owner) is ModuleType and any(owner is module for module in _MODULES):
        return getattr(owner, name, None)
    if issubclass(type(owner), nn.Module):
        members = _members(owner, "__dict__")
        for part in ("_parameters", "_modules", "_buffers"):
            if name in members.get(part, {}):
                return checked(members[part][name])
        if name in members:
            return checked(members[name])
    raise Unknown


def method(name: str) -> Callable[..., Any]:
    """A method of tensors that changes nothing but the tensor itself; raises Unknown."""
    function: Callable[..., Any] | None = getattr(torch.Tensor, name, None)
    if name.startswith(_HARMFUL) or not callable(function):
        raise Unknown
    return function


def is_of_torch(function: object) -> bool:
    """Whether calling it runs torch's own code alone, and changes nothing but its result.

    >>> is_of_torch(torch.cat), is_of_torch(functional.relu), is_of_torch(torch.save)
    (True, True, False)
    """
    if type(function) is BuiltinFunctionType:
        name = function.__name__.removeprefix("linalg_")
        known = any(getattr(module, name, None) is function for module in _MODULES[:3])
    elif type(function) is FunctionType:
        name = function.__name__
        known = function.__module__ in ("torch.nn.functional", "torch.functional")
    else:
        return False
    return known and not name.startswith(_HARMFUL) and not name.endswith("_")


def layers_of(sequence: Any) -> list[Any]:
    """The layers of an `nn.Sequential`; raises Unknown when one is not torch's own."""
    layers = list(_members(sequence, "__dict__")["_modules"].values())
    if not all(type(layer) in LAYERS for layer in layers):
        raise Unknown
    return layers


def forward(layer: Any) -> Callable[..., Any]:
    """The layer's own computation, without the hooks that a student may have hung on it."""
    return partial(type(layer).forward, layer)


def is_cheap(name: str, values: tuple[Any, ...]) -> bool:
    """Whether doing an operation again costs next to nothing.

    >>> is_cheap("+", (torch.ones(2), 1)), is_cheap("zeros", (10**6, 10**6))
    (True, False)
    """
    numbers = [value for value in values if type(value) is int]
    sizes = [value for value in values if type(value) in (tuple, list, torch.Size)]
    numbers += [item for size in sizes for item in size if type(item) is int]
    tensors = [value for value in values if is_tensor(value)]
    if prod(max(1, abs(number)) for number in numbers) > NUMEL_MAX:
        return False
    if len(tensors) > 1 and not _agree(name, *tensors[:2]):
        return True  # it will be refused before anything is computed
    if name in _PRODUCTS and len(tensors) > 1:
        return tensors[0].numel() * (tensors[1].shape or (1,))[-1] <= PRODUCTS_MAX
    return all(tensor.numel() <= NUMEL_MAX for tensor in tensors)


def _agree(name: str, left: torch.Tensor, right: torch.Tensor) -> bool:
    if name in _PRODUCTS:
        return bool(left.ndim and right.ndim and left.shape[-1] == right.shape[-2:][0])
    pairs = zip(reversed(left.shape), reversed(right.shape), strict=False)
    return all(a == b or 1 in (a, b) for a, b in pairs)
