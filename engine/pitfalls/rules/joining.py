"""Tensors put together that do not fit: `cat` and `stack`."""

from __future__ import annotations

import ast
import itertools
import re
from typing import Final

import torch
from torch import Tensor

from engine.pitfalls.facts.code import called, calls, head, statement
from engine.pitfalls.facts.trusted import NUMEL_MAX, is_tensor
from engine.pitfalls.repair.operation import Operation
from engine.pitfalls.repair.replay import culprit, known
from engine.pitfalls.repair.rewriting import atom, rewritten
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.pitfalls.rules.layout import works
from engine.pitfalls.rules.shapes import PROVED, shape_text
from engine.records import Json

_CAT = ("cat", "concat", "concatenate", "vstack", "hstack")


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
        if works(lambda dim=dim: torch.cat(tensors, dim=dim)):  # type: ignore[misc]
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
    if not works(lambda: torch.cat(tensors)) or len(found.values) != 1 or found.keywords:
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


def _not_a_list(scene: Scene) -> Finding | None:
    """`torch.cat(a, b)`: the tensors one by one and not in a list."""
    for call in calls(head(statement(scene)), *_CAT, "stack"):
        given = list(itertools.takewhile(lambda node: _is_tensor(scene, node), call.args))
        if given:
            items = ast.List([*given], ast.Load())
            mended = ast.Call(call.func, [items, *call.args[len(given) :]], call.keywords)
            values: dict[str, Json] = {"name": called(call), "text": ast.unparse(given[0])}
            fix = rewritten(scene, call, ast.unparse(mended)) if len(given) > 1 else ""
            return Finding(PROVED, values, fix)
    return None


def _is_tensor(scene: Scene, node: ast.expr) -> bool:
    return is_tensor(known(node, scene))


JOINING: Final = (
    Rule(
        "tensors_not_in_list",
        r"(cat|concat|concatenate|stack|hstack|vstack)\(\): argument 'tensors' \(position 1\) must"
        r" be tuple of Tensors, not Tensor",
        _not_a_list,
        (
            Example(
                "a = torch.ones(2)\nb = torch.ones(2)\nc = torch.cat(a, b)",
                "a = torch.ones(2)\nb = torch.ones(2)\nc = torch.cat([a, b])",
            ),
            Example(
                "a = torch.ones(2, 2)\nb = torch.ones(2, 2)\ntorch.stack(a, b, dim=1)",
                "a = torch.ones(2, 2)\nb = torch.ones(2, 2)\ntorch.stack([a, b], dim=1)",
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
)
