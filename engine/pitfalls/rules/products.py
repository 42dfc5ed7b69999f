"""Matrix products whose sizes do not fit, those inside a linear layer included."""

from __future__ import annotations

import ast
from typing import Final

from torch import Tensor

from engine.axes.repairs import repairs
from engine.pitfalls.repair.operation import Operation
from engine.pitfalls.repair.replay import culprit
from engine.pitfalls.repair.rewriting import atom, rewritten
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.pitfalls.rules.shapes import GUESSES, PROVED, clash, shape_text
from engine.records import Json, Operand

_PRODUCTS = ("@", "@=", "matmul", "mm", "bmm", "mv", "dot")


def _product(scene: Scene) -> Operation | None:
    found = culprit(scene)
    is_product = found is not None and found.name in _PRODUCTS and len(found.tensors) == 2
    return found if is_product else None


def _pair(found: Operation) -> dict[str, Json]:
    (left, one), (right, other) = found.tensors
    shapes: dict[str, Json] = {"left_shape": shape_text(one), "right_shape": shape_text(other)}
    return {"left": left, "right": right, **shapes}


def _inner(scene: Scene) -> Finding | None:
    found = _product(scene)
    if found is None:
        return None
    (_, one), (_, other) = found.tensors
    if not (one.ndim and other.ndim) or one.shape[-1] == other.shape[-2:][0]:
        return None
    sizes: dict[str, Json] = {
        "left_size": one.shape[-1],
        "right_size": other.shape[-2:][0],
        "right_axis": "−1" if other.ndim == 1 else "−2",
    }
    return Finding(PROVED, {**_pair(found), **sizes}, _repair(scene, found, GUESSES))


def _batch(scene: Scene) -> Finding | None:
    found = _product(scene)
    if found is None:
        return None
    (_, one), (_, other) = found.tensors
    if one.ndim < 3 or other.ndim < 3:
        return None
    axis = clash(one[..., :1, :1], other[..., :1, :1])
    if axis is None:
        return None
    named: dict[str, Json] = {"axis": axis[0], "left_size": axis[1], "right_size": axis[2]}
    return Finding(PROVED, {**_pair(found), **named}, _repair(scene, found))


def _repair(scene: Scene, found: Operation, guesses: tuple[str, ...] = ()) -> str:
    """The likeliest repair of `left @ right`, when it was run, in the failing statement."""
    operands = [Operand(text, tuple(value.shape)) for text, value in found.tensors]
    best = next(iter(repairs("@", operands)), None)
    if best is None or not best.ran or best.meaning.key in guesses:
        return ""
    return rewritten(scene, found.node, best.code.replace(".T.T", ""))


def _number(scene: Scene) -> Finding | None:
    found = _product(scene)
    if found is None or all(tensor.ndim for _, tensor in found.tensors):
        return None
    left, right = (atom(text) for text, _ in found.tensors)
    return Finding(PROVED, _pair(found), rewritten(scene, found.node, f"{left} * {right}"))


def _rank(scene: Scene) -> Finding | None:
    found = _product(scene)
    if found is None:
        return None
    left, right = (atom(text) for text, _ in found.tensors)
    values: dict[str, Json] = {**_pair(found), "name": found.name}
    return Finding(PROVED, values, rewritten(scene, found.node, f"{left} @ {right}"))


def _linear(scene: Scene) -> Finding | None:
    found = culprit(scene)
    if found is None or found.name not in ("Linear", "linear") or not found.tensors:
        return None
    text, given = found.tensors[0]
    if found.layer is not None:
        layer, wanted = found.label, found.layer.in_features
    else:
        layer, wanted = found.texts[1], found.values[1].shape[-1]
    if not given.ndim or given.shape[-1] == wanted:
        return None
    values: dict[str, Json] = {
        "layer": layer, "in_features": int(wanted), "text": text,  # type: ignore[arg-type]
        "shape": shape_text(given), "size": given.shape[-1],
    }  # fmt: skip
    return Finding(PROVED, values, _into_layer(scene, found, int(wanted)))  # type: ignore[arg-type]


def _into_layer(scene: Scene, found: Operation, wanted: int) -> str:
    """The input flattened or transposed, when that gives what the layer waits for."""
    node = found.node
    if not isinstance(node, ast.Call) or found.texts[0] != ast.unparse(node.args[0]):
        return ""
    change = _change(found.tensors[0][1], wanted)
    if not change:
        return ""
    return rewritten(scene, node.args[0], atom(found.texts[0]) + change)


def _change(given: Tensor, wanted: int) -> str:
    if given.ndim > 2 and given.shape[0] and given[0].numel() == wanted:
        return ".flatten(1)"
    return ".T" if given.ndim == 2 and given.shape[0] == wanted else ""


PRODUCTS: Final = (
    Rule(
        "layer_features",
        r"mat1 and mat2 shapes cannot be multiplied|size mismatch, got input",
        _linear,
        (
            Example(
                "layer = nn.Linear(4, 2)\nx = torch.ones(5, 3)\nlayer(x)",
                "layer = nn.Linear(3, 2)\nx = torch.ones(5, 3)\nlayer(x)",
            ),
            Example(
                "model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(4, 1))\n"
                "x = torch.ones(5, 3)\nmodel(x)",
                "model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1))\n"
                "x = torch.ones(5, 3)\nmodel(x)",
            ),
            Example(
                "layer = nn.Linear(784, 10)\nx = torch.ones(5, 28, 28)\nlayer(x)",
                "layer = nn.Linear(784, 10)\nx = torch.ones(5, 28, 28)\nlayer(x.flatten(1))",
            ),
            Example(
                "x = torch.ones(5, 3)\nw = torch.ones(2, 4)\nF.linear(x, w)",
                "x = torch.ones(5, 3)\nw = torch.ones(2, 3)\nF.linear(x, w)",
            ),
        ),
    ),
    Rule(
        "inner_sizes",
        r"mat1 and mat2 shapes cannot be multiplied|size mismatch, got input"
        r"|inconsistent tensor size, expected tensor|Expected size for first two dimensions of",
        _inner,
        (
            Example(
                "x = torch.ones(2, 3)\nw = torch.ones(2, 3)\nx @ w",
                "x = torch.ones(2, 3)\nw = torch.ones(2, 3)\nx @ w.T",
            ),
            Example(
                "a = torch.ones(2, 3)\nv = torch.ones(2)\na @ v",
                "a = torch.ones(2, 3)\nv = torch.ones(2)\nv @ a",
            ),
            Example(
                "u = torch.ones(3)\nv = torch.ones(4)\nu @ v",
                "u = torch.ones(3)\nv = torch.ones(4)\nu @ v[:3]",
            ),
            Example(
                "a = torch.ones(2, 2, 3)\nb = torch.ones(2, 2, 3)\na @ b",
                "a = torch.ones(2, 2, 3)\nb = torch.ones(2, 2, 3)\na @ b.mT",
            ),
        ),
    ),
    Rule(
        "batch_sizes",
        r"The size of tensor a \(\d+\) must match|Expected size for first two dimensions of",
        _batch,
        (
            Example(
                "a = torch.ones(2, 4, 3)\nb = torch.ones(5, 3, 4)\na @ b",
                "a = torch.ones(2, 4, 3)\nb = torch.ones(5, 3, 4)\na.unsqueeze(1) @ b",
            ),
            Example(
                "a = torch.ones(2, 4, 3)\nb = torch.ones(5, 3, 4)\ntorch.bmm(a, b)",
                "a = torch.ones(2, 4, 3)\nb = torch.ones(2, 3, 4)\ntorch.bmm(a, b)",
            ),
        ),
        alone=r"Expected size for first two dimensions of",
    ),
    Rule(
        "product_with_number",
        r"both arguments to matmul need to be at least 1D",
        _number,
        (
            Example(
                "x = torch.ones(3)\nk = torch.tensor(2.)\nx @ k",
                "x = torch.ones(3)\nk = torch.tensor(2.)\nx * k",
            ),
        ),
    ),
    Rule(
        "product_rank",
        r"(self|mat2|vector|vec) must be a (matrix|vector)|batch[12] must be a 3D tensor"
        r"|1D tensors expected, but got",
        _rank,
        (
            Example(
                "x = torch.ones(3)\nw = torch.ones(3, 4)\ntorch.mm(x, w)",
                "x = torch.ones(3)\nw = torch.ones(3, 4)\nx @ w",
            ),
            Example(
                "a = torch.ones(2, 3)\nb = torch.ones(3, 4)\ntorch.bmm(a, b)",
                "a = torch.ones(2, 3)\nb = torch.ones(3, 4)\na @ b",
            ),
        ),
    ),
)
