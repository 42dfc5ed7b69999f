"""Gradients of a session's leaves before and after a cell: which are no longer finite."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import torch
from torch import Tensor, nn

from engine.pitfalls.facts.code import calls
from engine.pitfalls.facts.trusted import is_tensor
from engine.records import Note

LEAVES_MAX: Final = 200
NUMEL_MAX: Final = 1 << 20
_SHOWN: Final = 3
_members = object.__getattribute__


@dataclass(frozen=True, slots=True)
class Gradient:
    """A leaf that had a gradient, and whether that was finite."""

    leaf: Tensor  # kept, so that no other takes its place in memory
    finite: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The gradients that leaves had before a cell, by the leaf's identity.

    While the cell runs, `added` collects the leaves to whose gradient another was added.
    """

    gradients: Mapping[int, Gradient] = field(default_factory=dict)
    added: list[Tensor] = field(default_factory=list)


def snapshot_of(names: Mapping[str, Any]) -> Snapshot:
    """Remember the gradients that are there."""
    found = {}
    for _, leaf, gradient in leaves(names):
        found[id(leaf)] = Gradient(leaf, _finite(gradient))
    return Snapshot(found)


def leaves(names: Mapping[str, Any]) -> Iterator[tuple[str, Tensor, Tensor]]:
    """Leaves of a session that have a gradient, those in models included, each once."""
    seen: set[int] = set()
    for name, leaf in tensors(names):
        if len(seen) >= LEAVES_MAX:
            return
        if id(leaf) not in seen and leaf.is_leaf and leaf.requires_grad and is_tensor(leaf.grad):
            seen.add(id(leaf))
            assert leaf.grad is not None
            yield name, leaf, leaf.grad


def tensors(names: Mapping[str, Any]) -> Iterator[tuple[str, Tensor]]:
    """Tensors of a session by name, the parameters of its models included."""
    for name, value in list(names.items()):
        if type(name) is not str or name.startswith("_"):
            continue
        if is_tensor(value):
            yield name, value
        elif issubclass(type(value), nn.Module):
            yield from _parameters(name, value, LEAVES_MAX)


def _parameters(name: str, module: nn.Module, left: int) -> Iterator[tuple[str, Tensor]]:
    """Parameters of a model, read past whatever its class overrides."""
    waiting = [(name, module)]
    while waiting and left:
        left -= 1
        prefix, item = waiting.pop()
        own_members = _members(item, "__dict__")
        for key, value in dict(own_members.get("_parameters", {})).items():
            if is_tensor(value):
                yield f"{prefix}.{key}", value
        children = dict(own_members.get("_modules", {})).items()
        waiting += [(f"{prefix}.{k}", v) for k, v in children if issubclass(type(v), nn.Module)]


def not_finite(tree: ast.Module, names: Mapping[str, Any], snapshot: Snapshot) -> Iterator[Note]:
    """A finite leaf whose gradient has become nan or inf in this cell."""
    for name, leaf, gradient in leaves(names):
        was = snapshot.gradients.get(id(leaf))
        if (was and not was.finite) or _finite(gradient) or not _finite(leaf):
            continue
        place = leaf.detach()[~torch.isfinite(gradient)]
        kind = "nan" if bool(torch.isnan(gradient).any()) else "inf"
        values = {"name": name, "kind": kind, "values": _distinct(place)}
        yield Note(_KEYS[_suspect(tree)], values)
        return


_KEYS: Final = {
    "where": "note.bad_gradient_where",
    "sqrt": "note.bad_gradient_sqrt",
    "log": "note.bad_gradient_log",
    "division": "note.bad_gradient_division",
    "": "note.bad_gradient",
}


def _suspect(tree: ast.Module) -> str:
    """What in the cell most often makes such a gradient; empty when there is nothing of it."""
    if calls(ast.walk(tree), "exp"):  # it overflows, and what follows is no cause
        return ""
    roots = calls(ast.walk(tree), "sqrt", "rsqrt") or any(map(_is_root, ast.walk(tree)))
    logs = calls(ast.walk(tree), "log", "log2", "log10")
    divides = any(map(_is_division, ast.walk(tree)))
    if (roots or logs or divides) and calls(ast.walk(tree), "where"):
        return "where"
    if roots or logs:
        return "sqrt" if roots else "log"
    return "division" if divides else ""


def _is_root(node: ast.AST) -> bool:
    match node:
        case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=float(power))):
            return 0 < power < 1
    return False


def _is_division(node: ast.AST) -> bool:
    """Division by what is no plain number."""
    match node:
        case ast.BinOp(op=ast.Div(), right=right) | ast.AugAssign(op=ast.Div(), value=right):
            return not isinstance(right, ast.Constant)
    return False


def _finite(tensor: Tensor) -> bool:
    if tensor.numel() > NUMEL_MAX or not tensor.is_floating_point() or tensor.is_meta:
        return True  # not looked at
    return bool(torch.isfinite(tensor.detach()).all())


def _distinct(values: Tensor) -> str:
    """A few different values, in the order in which they stand."""
    shown = list(dict.fromkeys(f"{value:.4g}" for value in values.flatten()[:100].tolist()))
    return ", ".join(shown[:_SHOWN]) + (", …" if len(shown) > _SHOWN else "")
