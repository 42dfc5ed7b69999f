"""Tensors given another shape, put together, or read at an index that they have not."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from math import prod
from typing import Any, Final

from torch import Tensor

from engine.pitfalls.facts.trusted import is_tensor
from engine.pitfalls.repair.operation import Operation
from engine.pitfalls.repair.replay import culprit
from engine.pitfalls.repair.rewriting import atom, rewritten
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.pitfalls.rules.shapes import PROVED, shape_text
from engine.records import Json


def first_tensor(scene: Scene, *names: str) -> tuple[Operation, str, Tensor] | None:
    """The failing operation, one of `names`, and the tensor that it was done to."""
    found = culprit(scene)
    if found is None or not found.tensors or (names and found.name not in names):
        return None
    return (found, *found.tensors[0])


def _strides(scene: Scene) -> Finding | None:
    first = first_tensor(scene, "view")
    if first is None:
        return None
    found, text, tensor = first
    values: dict[str, Json] = {
        "text": text, "shape": shape_text(tensor), "stride": str(tensor.stride())
    }  # fmt: skip
    return Finding(PROVED, values, _renamed(scene, found, "reshape"))


def _renamed(scene: Scene, found: Operation, name: str) -> str:
    node = copy.deepcopy(found.node)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return ""
    node.func.attr = name
    return rewritten(scene, found.node, ast.unparse(node))


def _count(scene: Scene) -> Finding | None:
    first = first_tensor(scene, "view", "reshape")
    if first is None:
        return None
    found, text, tensor = first
    sizes = _sizes(found)
    if sizes is None:
        return None
    given = prod(size for size in sizes if size != -1)
    values: dict[str, Json] = {
        "text": text, "shape": shape_text(tensor), "count": tensor.numel(),
        "wanted": str(sizes), "product": given,
    }  # fmt: skip
    return Finding(PROVED, values, _with_free_axis(scene, found, tensor, sizes))


def _sizes(found: Operation) -> tuple[int, ...] | None:
    given = found.values[1:]
    if len(given) == 1 and isinstance(given[0], (tuple, list)):
        given = tuple(given[0])
    return given if all(type(size) is int for size in given) else None


def _with_free_axis(scene: Scene, found: Operation, tensor: Tensor, sizes: tuple[int, ...]) -> str:
    """The same shape with −1 for its first size, when the others allow that."""
    rest = prod(sizes[1:])
    if -1 in sizes or len(sizes) < 2 or rest < 1 or tensor.numel() % rest:
        return ""
    new = ", ".join(["-1", *map(str, sizes[1:])])
    return rewritten(scene, found.node, f"{atom(found.texts[0])}.{found.name}({new})")


def _expand(scene: Scene) -> Finding | None:
    first = first_tensor(scene, "expand")
    if first is None:
        return None
    found, text, tensor = first
    sizes = _sizes(found)
    if sizes is None:
        return None
    values: dict[str, Json] = {
        "text": text, "shape": shape_text(tensor), "wanted": str(sizes)
    }  # fmt: skip
    return Finding(PROVED, values, _unsqueezed(scene, found, tensor, sizes))


def _unsqueezed(scene: Scene, found: Operation, tensor: Tensor, sizes: tuple[int, ...]) -> str:
    for axis in range(1, tensor.ndim + 1):
        grown = tensor.unsqueeze(axis)
        if works(lambda grown=grown: grown.expand(sizes)):  # type: ignore[misc]
            code = f"{atom(found.texts[0])}.unsqueeze({axis}).expand{sizes}"
            return rewritten(scene, found.node, code)
    return ""


def works(action: Callable[[], Any]) -> bool:
    """Whether torch accepts what is tried."""
    try:
        action()
    except RuntimeError:
        return False
    return True


def _part(scene: Scene) -> Finding | None:
    found = culprit(scene)
    if found is None or found.name != "[]=" or not is_tensor(found.values[2]):
        return None
    target, _, value = found.values
    part = target[found.values[1]]
    values: dict[str, Json] = {
        "place": found.place, "shape": shape_text(part),
        "text": found.texts[2], "text_shape": shape_text(value),
    }  # fmt: skip
    return Finding(PROVED, values)


LAYOUT: Final = (
    Rule(
        "view_of_strides",
        r"view size is not compatible with input tensor's size and stride",
        _strides,
        (
            Example(
                "x = torch.ones(2, 3)\ny = x.T.view(6)",
                "x = torch.ones(2, 3)\ny = x.T.reshape(6)",
            ),
        ),
    ),
    Rule(
        "view_of_count",
        r"shape '\[.*\]' is invalid for input of size",
        _count,
        (
            Example(
                "x = torch.arange(12)\nx.view(5, 3)",
                "x = torch.arange(12)\nx.view(-1, 3)",
            ),
            Example(
                "x = torch.arange(12)\nx.reshape(-1, 5)",
                "x = torch.arange(12)\nx.reshape(-1, 6)",
            ),
        ),
    ),
    Rule(
        "part_of_shape",
        r"The expanded size of the tensor \(\d+\) must match|shape mismatch: value tensor",
        _part,
        (
            Example(
                "x = torch.zeros(2, 3)\nrow = torch.ones(4)\nx[0] = row",
                "x = torch.zeros(2, 3)\nrow = torch.ones(3)\nx[0] = row",
            ),
        ),
    ),
    Rule(
        "expand_sizes",
        r"The expanded size of the tensor \(\d+\) must match",
        _expand,
        (
            Example(
                "x = torch.ones(3)\nx.expand(3, 2)",
                "x = torch.ones(3)\nx.unsqueeze(1).expand(3, 2)",
            ),
        ),
    ),
)
