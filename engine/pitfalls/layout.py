"""Tensors given another shape, put together, or read at an index that they have not."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator
from math import prod
from typing import Any, Final

import torch
from torch import Tensor

from engine.pitfalls.replay import Operation, atom, culprit, rewritten
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.pitfalls.shapes import PROVED, shape_text, signed
from engine.pitfalls.trusted import NUMEL_MAX, is_tensor
from engine.records import Json

_CAT = ("cat", "concat", "concatenate", "vstack", "hstack")


def _first(scene: Scene, *names: str) -> tuple[Operation, str, Tensor] | None:
    """The failing operation, one of `names`, and the tensor that it was done to."""
    found = culprit(scene)
    if found is None or not found.tensors or (names and found.name not in names):
        return None
    return (found, *found.tensors[0])


def _strides(scene: Scene) -> Finding | None:
    first = _first(scene, "view")
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
    first = _first(scene, "view", "reshape")
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
    first = _first(scene, "expand")
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
        if _works(lambda grown=grown: grown.expand(sizes)):  # type: ignore[misc]
            code = f"{atom(found.texts[0])}.unsqueeze({axis}).expand{sizes}"
            return rewritten(scene, found.node, code)
    return ""


def _works(action: Callable[[], Any]) -> bool:
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
        "place": f"{found.texts[0]}[{found.texts[1]}]", "shape": shape_text(part),
        "text": found.texts[2], "text_shape": shape_text(value),
    }  # fmt: skip
    return Finding(PROVED, values)


def _parts(found: Operation) -> list[tuple[str, Tensor]]:
    """The tensors of a list that is put together, with their texts."""
    given = found.values[0] if found.values else found.keywords.get("tensors")
    if not isinstance(given, (list, tuple)) or not all(map(is_tensor, given)):
        return []
    literal = ast.parse(found.texts[0], mode="eval").body if found.texts else None
    if isinstance(literal, (ast.List, ast.Tuple)) and len(literal.elts) == len(given):
        return list(zip(map(ast.unparse, literal.elts), given, strict=True))
    whole = found.texts[0] if found.texts else "tensors"
    return [(f"{whole}[{i}]", item) for i, item in enumerate(given)]


def _two(parts: list[tuple[str, Tensor]], number: int) -> dict[str, Json]:
    (left, one), (right, other) = parts[0], parts[number]
    return {
        "left": left, "left_shape": shape_text(one),
        "right": right, "right_shape": shape_text(other),
    }  # fmt: skip


def _cat_sizes(scene: Scene) -> Finding | None:
    found = culprit(scene)
    parts = _parts(found) if found and found.name in _CAT else []
    told = re.search(r"in dimension (\d+).*tensor number (\d+)", scene.message)
    if found is None or not parts or told is None:
        return None
    dim, number = int(told[1]), int(told[2])
    one, other = parts[0][1], parts[number][1]
    axis = next(i for i in range(one.ndim) if i != dim and one.shape[i] != other.shape[i])
    sizes: dict[str, Json] = {
        "axis": axis, "dim": dim, "left_size": one.shape[axis], "right_size": other.shape[axis]
    }  # fmt: skip
    return Finding(PROVED, _two(parts, number) | sizes, _other_dim(scene, found, parts))


def _other_dim(scene: Scene, found: Operation, parts: list[tuple[str, Tensor]]) -> str:
    tensors = [tensor for _, tensor in parts]
    if sum(tensor.numel() for tensor in tensors) > NUMEL_MAX:
        return ""
    for dim in range(tensors[0].ndim):
        if _works(lambda dim=dim: torch.cat(tensors, dim=dim)):  # type: ignore[misc]
            return rewritten(scene, found.node, f"torch.cat({found.texts[0]}, dim={dim})")
    return ""


def _cat_ranks(scene: Scene) -> Finding | None:
    found = culprit(scene)
    parts = _parts(found) if found and found.name in _CAT else []
    if found is None or not parts:
        return None
    ranks = [tensor.ndim for _, tensor in parts]
    number = next((i for i, rank in enumerate(ranks) if rank != ranks[0]), None)
    if number is None:
        return None
    told: dict[str, Json] = {"left_rank": ranks[0], "right_rank": ranks[number]}
    return Finding(PROVED, _two(parts, number) | told, _raised(scene, found, parts))


def _raised(scene: Scene, found: Operation, parts: list[tuple[str, Tensor]]) -> str:
    """Tensors of one axis less become rows, when that fits."""
    highest = max(tensor.ndim for _, tensor in parts)
    texts = [text if t.ndim == highest else f"{atom(text)}.unsqueeze(0)" for text, t in parts]
    tensors = [t if t.ndim == highest else t.unsqueeze(0) for _, t in parts]
    if sum(tensor.numel() for tensor in tensors) > NUMEL_MAX:
        return ""
    if not _works(lambda: torch.cat(tensors)) or len(found.values) != 1 or found.keywords:
        return ""
    return rewritten(scene, found.node, f"torch.cat([{', '.join(texts)}])")


def _cat_numbers(scene: Scene) -> Finding | None:
    found = culprit(scene)
    parts = _parts(found) if found and found.name in _CAT else []
    numbers = [text for text, tensor in parts if not tensor.ndim]
    if found is None or not numbers:
        return None
    stacked = rewritten(scene, found.node, f"torch.stack({found.texts[0]})")
    fix = stacked if len(numbers) == len(parts) else ""
    return Finding(PROVED, {"text": numbers[0]}, fix)


def _stack(scene: Scene) -> Finding | None:
    found = culprit(scene)
    parts = _parts(found) if found and found.name == "stack" else []
    if found is None or not parts:
        return None
    shapes = [tensor.shape for _, tensor in parts]
    number = next(i for i, shape in enumerate(shapes) if shape != shapes[0])
    return Finding(PROVED, _two(parts, number), _other_dim(scene, found, parts))


def _index(scene: Scene) -> Finding | None:
    first = _first(scene)
    told = re.search(r"index (-?\d+) is out of bounds for dimension (\d+) with size", scene.message)
    if first is None or told is None:
        return None
    found, text, tensor = first
    index, axis = int(told[1]), int(told[2])
    values: dict[str, Json] = {
        "text": text, "shape": shape_text(tensor), "axis": axis, "index": signed(index),
        "size": tensor.shape[axis], "last": tensor.shape[axis] - 1,
    }  # fmt: skip
    fix = _replaced(scene, found, index, tensor.shape[axis]) if found.name == "[]" else ""
    return Finding(PROVED, values, fix)


def _replaced(scene: Scene, found: Operation, number: int, size: int) -> str:
    """The last element or axis, for the number that is one too large."""
    if number != size or not isinstance(found.node, (ast.Subscript, ast.Call)):
        return ""
    places = found.node.slice if isinstance(found.node, ast.Subscript) else found.node
    written = [node for node in _constants(places) if node.value == number]
    return rewritten(scene, written[0], "-1") if len(written) == 1 else ""


def _constants(node: ast.AST) -> Iterator[ast.Constant]:
    return (item for item in ast.walk(node) if isinstance(item, ast.Constant))


def _dim(scene: Scene) -> Finding | None:
    first = _first(scene)
    told = re.search(r"range of \[(-?\d+), (-?\d+)\], but got (-?\d+)", scene.message)
    if first is None or told is None:
        return None
    found, text, tensor = first
    low, high, dim = int(told[1]), int(told[2]), int(told[3])
    values: dict[str, Json] = {
        "text": text, "shape": shape_text(tensor), "rank": tensor.ndim,
        "dim": signed(dim), "low": signed(low), "high": high,
    }  # fmt: skip
    fix = "" if found.name == "unsqueeze" else _replaced(scene, found, dim, high + 1)
    return Finding(PROVED, values, fix)


def _too_many(scene: Scene) -> Finding | None:
    first = _first(scene, "[]", "[]=")
    if first is None:
        return None
    found, text, tensor = first
    key = found.values[1]
    given = len(key) if isinstance(key, tuple) else 1
    shape = {"shape": shape_text(tensor), "rank": tensor.ndim, "given": given}
    return Finding(PROVED, {"text": text, "place": f"{text}[{_bare(found.texts[1])}]", **shape})


def _bare(text: str) -> str:
    return text.removeprefix("(").removesuffix(")") if text.startswith("(") else text


def _no_axes(scene: Scene) -> Finding | None:
    first = _first(scene, "[]", "[]=")
    if first is None or first[2].ndim:
        return None
    found, text, _ = first
    fix = rewritten(scene, found.node, f"{atom(text)}.item()") if found.name == "[]" else ""
    return Finding(PROVED, {"text": text}, fix)


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
    Rule(
        "cat_sizes",
        r"Sizes of tensors must match except in dimension",
        _cat_sizes,
        (
            Example(
                "x = torch.ones(2, 3)\ny = torch.ones(2, 4)\ntorch.cat([x, y])",
                "x = torch.ones(2, 3)\ny = torch.ones(2, 4)\ntorch.cat([x, y], dim=1)",
            ),
            Example(
                "rows = [torch.ones(1, 3), torch.ones(1, 2)]\ntorch.vstack(rows)",
                "rows = [torch.ones(1, 3), torch.ones(1, 2)]\ntorch.hstack(rows)",
            ),
        ),
    ),
    Rule(
        "cat_ranks",
        r"Tensors must have same number of dimensions: got",
        _cat_ranks,
        (
            Example(
                "x = torch.ones(2, 3)\nrow = torch.ones(3)\ntorch.cat([x, row])",
                "x = torch.ones(2, 3)\nrow = torch.ones(3)\ntorch.cat([x, row.unsqueeze(0)])",
            ),
        ),
    ),
    Rule(
        "cat_numbers",
        r"zero-dimensional tensor \(at position \d+\) cannot be concatenated",
        _cat_numbers,
        (
            Example(
                "a = torch.tensor(1.)\nb = torch.tensor(2.)\ntorch.cat([a, b])",
                "a = torch.tensor(1.)\nb = torch.tensor(2.)\ntorch.stack([a, b])",
            ),
        ),
    ),
    Rule(
        "stack_sizes",
        r"stack expects each tensor to be equal size",
        _stack,
        (
            Example(
                "x = torch.ones(2)\ny = torch.ones(3)\ntorch.stack([x, y])",
                "x = torch.ones(2)\ny = torch.ones(3)\ntorch.cat([x, y])",
            ),
        ),
    ),
    Rule(
        "index_out",
        r"index -?\d+ is out of bounds for dimension \d+ with size",
        _index,
        (
            Example("x = torch.ones(3)\nx[3]", "x = torch.ones(3)\nx[2]"),
            Example("x = torch.ones(2, 3)\nx[:, -4]", "x = torch.ones(2, 3)\nx[:, -3]"),
            Example(
                "x = torch.ones(2, 3)\nx.gather(1, torch.tensor([[3]]))",
                "x = torch.ones(2, 3)\nx.gather(1, torch.tensor([[2]]))",
            ),
        ),
    ),
    Rule(
        "axis_out",
        r"Dimension out of range \(expected to be in range of",
        _dim,
        (
            Example("x = torch.ones(2, 3)\nx.sum(dim=2)", "x = torch.ones(2, 3)\nx.sum(dim=1)"),
            Example("x = torch.ones(3)\nx.unsqueeze(2)", "x = torch.ones(3)\nx.unsqueeze(1)"),
        ),
    ),
    Rule(
        "too_many_indices",
        r"too many indices for tensor of dimension",
        _too_many,
        (Example("x = torch.ones(3)\nx[0, 0]", "x = torch.ones(3)\nx[0]"),),
    ),
    Rule(
        "index_of_number",
        r"invalid index of a 0-dim tensor",
        _no_axes,
        (Example("loss = torch.tensor(2.)\nloss[0]", "loss = torch.tensor(2.)\nloss.item()"),),
    ),
)
