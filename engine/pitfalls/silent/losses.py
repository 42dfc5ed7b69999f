"""Losses that are not what they seem: cut off from their parameters, or stretched to all pairs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, Final

from torch import Tensor, nn

from engine.pitfalls.facts.code import called, calls, own, receiver
from engine.pitfalls.facts.trusted import is_tensor
from engine.pitfalls.repair.replay import known
from engine.pitfalls.rule import Scene
from engine.pitfalls.rules.shapes import shape_text
from engine.records import Note

_CUTS: Final = ("item", "detach", "tensor", "numpy", "tolist", "float")
_LOSSES: Final = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")
_LAYERS: Final = (nn.MSELoss, nn.L1Loss, nn.SmoothL1Loss, nn.HuberLoss)
_SHAPING: Final = ("unsqueeze", "view", "reshape", "None", "newaxis", "expand", "[:,")


def lost_graph(tree: ast.Module, names: Mapping[str, Any]) -> Iterator[Note]:
    """`backward()` of a tensor made anew from a number: it is a leaf, and nothing is behind it."""
    for call in calls(tree.body, "backward"):
        taken = receiver(call)
        value = names.get(taken.id) if isinstance(taken, ast.Name) else None
        if not isinstance(taken, ast.Name) or not is_tensor(value) or not value.is_leaf:
            continue
        made = _made(tree, taken.id)
        cut = next((item for item in own([made]) if _cuts(item)), None) if made else None
        if made is not None and cut is not None and _takes_from_graph(made, names):
            code = ast.unparse(made)[:100]
            yield Note("note.lost_graph", {"name": taken.id, "code": code})
            return


def _made(tree: ast.Module, name: str) -> ast.expr | None:
    """What was last assigned to a name in the cell."""
    last = None
    for node in own(tree.body):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                last = value
    return last


def _cuts(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "data"
    return isinstance(node, ast.Call) and called(node) in _CUTS


def _takes_from_graph(node: ast.expr, names: Mapping[str, Any]) -> bool:
    """Whether anything that requires a gradient goes in."""
    for item in ast.walk(node):
        value = names.get(item.id) if isinstance(item, ast.Name) else None
        if is_tensor(value) and value.requires_grad:
            return True
        if issubclass(type(value), nn.Module):
            return True
    return False


def stretched_losses(tree: ast.Module, names: Mapping[str, Any]) -> Iterator[Note]:
    """(N, 1) against (N,) in a loss: all N² pairs instead of N."""
    scene = Scene("", "", tree, names=names)
    for node in own(tree.body):
        for left, right in _compared(node, names):
            one, other = _tensor(left, scene), _tensor(right, scene)
            if one is None or other is None or not _all_pairs(one, other):
                continue
            size = max(one.numel(), other.numel())
            yield Note(
                "note.loss_of_pairs",
                {
                    "left": ast.unparse(left)[:60], "left_shape": shape_text(one),
                    "right": ast.unparse(right)[:60], "right_shape": shape_text(other),
                    "size": size, "pairs": size * size,
                },
            )  # fmt: skip
            return


def _compared(node: ast.AST, names: Mapping[str, Any]) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Pairs that a loss takes for prediction and target."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[left, right, *_]) if (
            type(names.get(name)) in _LAYERS
        ):
            yield left, right
        case ast.Call(args=[left, right, *_]) if called(node) in _LOSSES:
            yield left, right
        case ast.Call(func=ast.Attribute(attr="mean" | "sum", value=inner), args=args):
            for part in (inner, *args[:1]):
                yield from _difference(part)


def _difference(node: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """`a - b` of `(a - b) ** 2`, `(a - b).abs()`, `torch.abs(a - b)`."""
    match node:
        case ast.BinOp(left=inner, op=ast.Pow()):
            pass
        case ast.Call(
            func=ast.Attribute(attr="abs" | "square" | "pow", value=ast.BinOp() as inner)
        ):
            pass
        case ast.Call(func=ast.Attribute(attr="abs" | "square" | "pow"), args=[inner, *_]):
            pass
        case _:
            return
    match inner:
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            written = ast.unparse(inner)
            if not any(word in written for word in _SHAPING):  # else pairs are what is wanted
                yield left, right


def _tensor(node: ast.expr, scene: Scene) -> Tensor | None:
    value = known(node, scene)
    return value if is_tensor(value) else None


def _all_pairs(one: Tensor, other: Tensor) -> bool:
    """Whether one is a column and the other a row of the same numbers.

    >>> import torch
    >>> _all_pairs(torch.ones(4, 1), torch.ones(4)), _all_pairs(torch.ones(4), torch.ones(4))
    (True, False)
    """
    shapes = sorted((tuple(one.shape), tuple(other.shape)), key=len)
    return len(shapes[0]) == 1 and shapes[0][0] > 1 and shapes[1] == (shapes[0][0], 1)
