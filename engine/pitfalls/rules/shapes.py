"""Shapes that do not fit: element by element, in place, and in functions of two tensors."""

from __future__ import annotations

import ast
from copy import deepcopy
from itertools import combinations
from typing import Final

import numpy as np
from torch import Tensor

from engine.axes.repairs import repairs
from engine.pitfalls.facts.code import head, statement
from engine.pitfalls.repair.operation import Operation
from engine.pitfalls.repair.replay import culprit
from engine.pitfalls.repair.rewriting import atom, rewritten
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.records import Certainty, Json, Operand

PROVED: Final = Certainty.PROVED
_PRODUCTS = ("@", "@=", "matmul", "mm", "bmm", "mv", "dot", "Linear", "linear")
GUESSES: Final = ("repair.pairs", "repair.outer")
_KEPT: Final = ast.keyword("keepdim", ast.Constant(True))
_REDUCTIONS = ("mean", "sum", "std", "var", "amax", "amin", "norm", "prod")


def shape_text(tensor: Tensor) -> str:
    """A shape as Python prints a tuple.

    >>> import torch
    >>> shape_text(torch.ones(3)), shape_text(torch.ones(()))
    ('(3,)', '()')
    """
    return str(tuple(tensor.shape))


def signed(number: int) -> str:
    """A number with the minus sign of prose.

    >>> signed(-2), signed(1)
    ('−2', '1')
    """
    return str(number).replace("-", "−")


def clash(left: Tensor, right: Tensor) -> tuple[str, int, int] | None:
    """The first axis from the end on which two shapes do not agree, and its two sizes.

    >>> import torch
    >>> clash(torch.ones(5, 2, 4, 1), torch.ones(3, 1, 1))
    ('−3', 2, 3)
    """
    pairs = zip(reversed(left.shape), reversed(right.shape), strict=False)
    for number, (one, other) in enumerate(pairs, start=1):
        if one != other and 1 not in (one, other):
            return signed(-number), one, other
    return None


def _between(scene: Scene) -> Finding | None:
    found = culprit(scene)
    if found is None or found.name in _PRODUCTS or len(found.tensors) < 2:
        return None
    (left, one), (right, other) = _clashing(found)
    axis = clash(one, other)
    if axis is None:
        return None
    values: dict[str, Json] = {
        "left": left, "left_shape": shape_text(one), "left_size": axis[1],
        "right": right, "right_shape": shape_text(other), "right_size": axis[2],
        "axis": axis[0],
    }  # fmt: skip
    return Finding(PROVED, values, _with_kept_axis(scene, found) or _repair(scene, found))


def _clashing(found: Operation) -> tuple[tuple[str, Tensor], tuple[str, Tensor]]:
    pairs = list(combinations(found.tensors, 2))
    return next((pair for pair in pairs if clash(pair[0][1], pair[1][1])), pairs[0])


def _repair(scene: Scene, found: Operation) -> str:
    """The likeliest repair, when it was run, written into the failing statement.

    None where that makes all pairs: what is meant can then only be asked.
    """
    if not isinstance(found.node, (ast.BinOp, ast.AugAssign, ast.Compare)):
        return ""
    operands = [Operand(text, tuple(value.shape)) for text, value in found.tensors]
    best = next(iter(repairs(found.name, operands)), None)
    if best is None or not best.ran or best.meaning.key in GUESSES:
        return ""
    return rewritten(scene, found.node, best.code)


def _with_kept_axis(scene: Scene, found: Operation) -> str:
    """For `x - x.mean(dim=1)`: the reductions of x with the axis that they dropped."""
    failing = statement(scene)
    if not isinstance(found.node, ast.BinOp) or failing is None or head(failing) != [failing]:
        return ""
    swap = {
        id(node): ast.Call(node.func, node.args, [*node.keywords, _KEPT])
        for node in ast.walk(failing)
        if isinstance(node, ast.Call) and _drops_axis(node, ast.unparse(found.node.left))
    }
    inside = any(id(node) in swap for node in ast.walk(found.node))
    return ast.unparse(deepcopy(failing, {**swap})) if inside else ""


def _drops_axis(node: ast.Call, whole: str) -> bool:
    """Whether a call reduces `whole` along an axis and does not keep it."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=name), keywords=keywords):
            kept = any(item.arg == "keepdim" for item in keywords)
            along = bool(node.args) or any(item.arg == "dim" for item in keywords)
            return name in _REDUCTIONS and along and not kept and ast.unparse(owner) == whole
    return False


def _in_place(scene: Scene) -> Finding | None:
    found = culprit(scene)
    if found is None or len(found.tensors) < 2:
        return None
    (left, one), (right, other) = found.tensors[:2]
    values: dict[str, Json] = {
        "left": left, "left_shape": shape_text(one),
        "right": right, "right_shape": shape_text(other),
        "result": str(np.broadcast_shapes(one.shape, other.shape)),
    }  # fmt: skip
    fix = ""
    if isinstance(found.node, ast.AugAssign):
        sign = found.name.removesuffix("=")
        fix = f"{left} = {left} {sign} {atom(right)}"
    return Finding(PROVED, values, fix)


def _along(scene: Scene) -> Finding | None:
    found = culprit(scene)
    if found is None or found.name != "take_along_dim" or len(found.tensors) < 2:
        return None
    (taken, one), (given, indices) = found.tensors[:2]
    dim = found.keywords.get("dim", found.values[-1])
    if type(dim) is not int or not isinstance(found.node, ast.Call):
        return None
    base = _base(found.node.args[-1] if "dim" in found.keywords else found.node.args[-2])
    sizes = ["1"] * one.ndim
    sizes[dim] = "-1"
    line = f"{base}.view({', '.join(sizes)})"
    values: dict[str, Json] = {
        "text": taken, "shape": shape_text(one), "indices": given,
        "indices_shape": shape_text(indices), "dim": dim, "view": line,
    }  # fmt: skip
    fix = rewritten(scene, found.node, f"{atom(taken)}.take_along_dim({line}, dim={dim})")
    return Finding(PROVED, values, fix)


def _base(node: ast.expr) -> str:
    """The indices themselves, before they were given a shape."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="view" | "reshape")):
            return atom(ast.unparse(inner))
    return atom(ast.unparse(node))


SHAPES: Final = (
    Rule(
        "take_along_dim",
        r"The size of tensor a \(\d+\) must match|take_along_dim\(\): input and indices should",
        _along,
        (
            Example(
                "x = torch.arange(12).view(2, 3, 2)\nindices = torch.tensor([0, 1, 0])\n"
                "x.take_along_dim(indices.view(-1, 1, 1), dim=2)",
                "x = torch.arange(12).view(2, 3, 2)\nindices = torch.tensor([0, 1, 0])\n"
                "x.take_along_dim(indices.view(1, 1, -1), dim=2)",
            ),
            Example(
                "x = torch.arange(12).view(2, 3, 2)\nindices = torch.tensor([0, 1, 0])\n"
                "x.take_along_dim(indices, dim=2)",
                "x = torch.arange(12).view(2, 3, 2)\nindices = torch.tensor([0, 1, 0])\n"
                "x.take_along_dim(indices.view(1, 1, -1), dim=2)",
            ),
        ),
        alone=r"take_along_dim\(\): input and indices should",
    ),
    Rule(
        "sizes_differ",
        r"The size of tensor a \(\d+\) must match the size of tensor b",
        _between,
        (
            Example(
                "x = torch.ones(32, 10)\nm = torch.ones(32)\ny = x - m",
                "x = torch.ones(32, 10)\nm = torch.ones(32)\ny = x - m.unsqueeze(1)",
            ),
            Example(
                "x = torch.ones(4, 3)\ny = x - x.mean(dim=1)",
                "x = torch.ones(4, 3)\ny = x - x.mean(dim=1, keepdim=True)",
            ),
            Example(
                "x = torch.randn(4, 3)\ny = (x - x.mean(1)) / x.std(1)",
                "x = torch.randn(4, 3)\ny = (x - x.mean(1, keepdim=True)) / x.std(1, keepdim=True)",
            ),
            Example(
                "x = torch.ones(3)\ny = torch.zeros(4)\ntorch.maximum(x, y)",
                "x = torch.ones(3)\ny = torch.zeros(3)\ntorch.maximum(x, y)",
            ),
        ),
    ),
    Rule(
        "grows_in_place",
        r"output with shape \[.*\] doesn't match the broadcast shape",
        _in_place,
        (
            Example(
                "x = torch.zeros(3)\ny = torch.ones(2, 3)\nx += y",
                "x = torch.zeros(3)\ny = torch.ones(2, 3)\nx = x + y",
            ),
            Example(
                "x = torch.zeros(1)\ny = torch.ones(1, 1)\nx.add_(y)",
                "x = torch.zeros(1)\ny = torch.ones(1, 1)\nx.add(y)",
            ),
        ),
    ),
)
