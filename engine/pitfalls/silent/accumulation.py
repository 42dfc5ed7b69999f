"""Gradients that add up: seen as `backward()` meets a leaf that has one already."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import torch
from torch import Tensor

from engine.pitfalls.facts.code import Loop, calls
from engine.pitfalls.facts.gradients import resets_gradient
from engine.pitfalls.facts.trusted import is_tensor
from engine.pitfalls.silent.parameters import NUMEL_MAX, Snapshot, leaves
from engine.records import Note

CALLS: Final = 20  # of `backward()` that are looked at in a cell
NODES: Final = 300  # of a graph that are walked through
_SHOWN: Final = 3


@contextmanager
def watching(snapshot: Snapshot) -> Iterator[None]:
    """While a cell runs, note the leaves that have a gradient when `backward()` adds to it."""
    original, left = torch.autograd.backward, CALLS

    @functools.wraps(original)
    def backward(*args: Any, **kwargs: Any) -> Any:
        nonlocal left
        left -= 1
        met = _met(args, kwargs) if left >= 0 else []
        result = original(*args, **kwargs)
        snapshot.added.extend(met)
        return result

    torch.autograd.backward = backward
    try:
        yield
    finally:
        if torch.autograd.backward is backward:  # else it is the student's own by now
            torch.autograd.backward = original


def _met(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Tensor]:
    """Leaves that this call will reach and that have a gradient other than zero."""
    try:
        roots = args[0] if args else kwargs.get("tensors")
        reached = kwargs.get("inputs") or _reached(roots)
        return [leaf for leaf in reached if is_tensor(leaf) and _has_gradient(leaf)]
    except Exception:  # a graph may hold nodes of a student's own class
        return []


def _reached(roots: Any) -> list[Tensor]:
    """The leaves at the end of a graph."""
    tensors = [roots] if is_tensor(roots) else [item for item in roots if is_tensor(item)]
    found = [tensor for tensor in tensors if tensor.grad_fn is None]
    waiting, seen = [tensor.grad_fn for tensor in tensors], set[Any]()
    while waiting and len(seen) < NODES:
        node: Any = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if type(node).__name__ == "AccumulateGrad":
            found.append(node.variable)
        waiting += [inner for inner, _ in node.next_functions]
    return found


def _has_gradient(leaf: Tensor) -> bool:
    gradient = leaf.grad
    if gradient is None or not is_tensor(gradient) or gradient.numel() > NUMEL_MAX:
        return False
    return bool(gradient.detach().count_nonzero())


def added_up(tree: ast.Module, names: Mapping[str, Any], snapshot: Snapshot) -> Iterator[Note]:
    """What was seen, in the session's names; nothing where the cell sets gradients back."""
    if not snapshot.added or resets_gradient(tree.body):
        return
    added = {id(leaf) for leaf in snapshot.added}
    found = [(name, id(leaf)) for name, leaf, _ in leaves(names) if id(leaf) in added]
    old = [name for name, number in found if number in snapshot.gradients]
    if old:
        yield Note("note.gradients_kept", {"names": _few(old)})
    elif found and not _meant(tree):
        yield Note("note.gradients_summed", {"names": _few([name for name, _ in found])})


def _meant(tree: ast.Module) -> bool:
    """Whether the cell adds up over a loop and makes its one step after it: parts of a batch."""
    loops = [node for node in tree.body if isinstance(node, Loop) and calls([node], "backward")]
    stepping = [node for node in tree.body if calls([node], "step")]
    return len(loops) == len(stepping) == 1 and loops[0].lineno < stepping[0].lineno


def _few(names: list[str]) -> str:
    more = ", …" if len(names) > _SHOWN else ""
    return ", ".join(f"{name}.grad" for name in names[:_SHOWN]) + more
