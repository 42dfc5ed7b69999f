"""Indices, axes and masks that a tensor has not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from torch import Tensor

from engine.pitfalls.repair.operation import Operation
from engine.pitfalls.repair.replay import culprit
from engine.pitfalls.repair.rewriting import atom, rewritten, with_operand
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.pitfalls.rules.dtypes import dtype_text
from engine.pitfalls.rules.layout import first_tensor
from engine.pitfalls.rules.shapes import PROVED, shape_text, signed
from engine.records import Json


def _index(scene: Scene) -> Finding | None:
    first = first_tensor(scene)
    told = re.search(r"index (-?\d+) is out of .* with size (\d+)", scene.message)
    if first is None or told is None:
        return None
    found, text, tensor = first
    # The dimension that torch names counts None and stops at an ellipsis: it is not told.
    index, size = int(told[1]), int(told[2])
    values: dict[str, Json] = {
        "text": text, "shape": shape_text(tensor), "index": signed(index),
        "size": size, "last": size - 1,
    }  # fmt: skip
    fix = _replaced(scene, found, index, size) if found.name == "[]" else ""
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
    first = first_tensor(scene)
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
    first = first_tensor(scene, "[]", "[]=")
    if first is None:
        return None
    found, text, tensor = first
    key = found.values[1]
    given = len(key) if isinstance(key, tuple) else 1
    shape = {"shape": shape_text(tensor), "rank": tensor.ndim, "given": given}
    return Finding(PROVED, {"text": text, "place": found.place, **shape})


def _no_axes(scene: Scene) -> Finding | None:
    first = first_tensor(scene, "[]", "[]=")
    if first is None or first[2].ndim:
        return None
    found, text, _ = first
    fix = rewritten(scene, found.node, f"{atom(text)}.item()") if found.name == "[]" else ""
    return Finding(PROVED, {"text": text}, fix)


def _as_index(scene: Scene) -> Finding | None:
    found = culprit(scene)
    if found is not None and isinstance(found.node, ast.Subscript) and _is_real(found):
        text = found.texts[1]
        fix = rewritten(scene, found.node.slice, f"int({text})")
        return Finding(PROVED, {"text": text, "dtype": "float"}, fix)
    if found is None or len(found.tensors) < 2:
        return None
    text, index = found.tensors[1]
    if not index.is_floating_point():
        return None
    values: dict[str, Json] = {"text": text, "dtype": dtype_text(index)}
    return Finding(PROVED, values, with_operand(scene, found, 1, _as_whole(found, index)))


def _as_whole(found: Operation, index: Tensor) -> str:
    """`.bool()` for what looks like a mask: noughts and ones, one for each element."""
    shape = found.tensors[0][1].shape[: index.ndim]
    mask = found.name == "[]" and index.shape == shape and bool(((index == 0) | (index == 1)).all())
    return ".bool()" if mask else ".long()"


def _is_real(found: Operation) -> bool:
    return type(found.values[1]) is float


def _mask(scene: Scene) -> Finding | None:
    found = culprit(scene)
    if found is None or len(found.tensors) < 2:
        return None
    (text, one), (mask, other) = found.tensors[:2]
    shapes = {"shape": shape_text(one), "mask_shape": shape_text(other)}
    return Finding(PROVED, {"text": text, "mask": mask, **shapes})


INDICES: Final = (
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
    Rule(
        "real_index",
        r"tensors used as indices must be long|Expected dtype int32/int64 for index"
        r"|dtype of indices should be Long|are valid indices \(got float\)",
        _as_index,
        (
            Example(
                "x = torch.ones(3)\ni = torch.tensor([0., 2.])\nx[i]",
                "x = torch.ones(3)\ni = torch.tensor([0., 2.])\nx[i.long()]",
            ),
            Example(
                "x = torch.ones(3)\ni = torch.tensor([0., 2.])\nx.gather(0, i)",
                "x = torch.ones(3)\ni = torch.tensor([0., 2.])\nx.gather(0, i.long())",
            ),
            Example("x = torch.ones(4)\nx[len(x) / 2]", "x = torch.ones(4)\nx[len(x) // 2]"),
        ),
    ),
    Rule(
        "mask_shape",
        r"The shape of the mask \[.*\] at index \d+ does not match",
        _mask,
        (
            Example(
                "x = torch.ones(3)\nmask = torch.ones(2) > 0\nx[mask]",
                "x = torch.ones(3)\nmask = torch.ones(3) > 0\nx[mask]",
            ),
        ),
    ),
)
