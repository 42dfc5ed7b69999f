"""Where the seminar itself is mistaken, and a cell shows it: `detach`, a second `backward`…"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from torch import Tensor

from engine.pitfalls.facts.code import calls, own, receiver, targets
from engine.pitfalls.facts.trusted import NUMEL_MAX, is_tensor
from engine.records import Note

_ALONG: Final = re.compile(
    r"\b(\w++)\.take_along_dim\(\s*(\w+)\.view\(\s*-1\s*,\s*1\s*,\s*1\s*\)\s*,\s*dim\s*=\s*2\s*\)"
)


def corrections(source: str, tree: ast.Module, names: Mapping[str, Any]) -> Iterator[Note]:
    """What the seminar says and torch does otherwise, where this very cell proves it."""
    # What `backward()` goes round on purpose is no copy that anybody has mistaken it for.
    if ".detach" in source and "backward" not in source:
        for copy, original in _detached(tree, names):
            yield Note("correction.detach_copy", {"copy": copy, "name": original})
            break
    yield from _second_backward(tree)
    yield from along_dim(source, names)


def shared_memory(tree: ast.Module, names: Mapping[str, Any]) -> Iterator[Note]:
    """A tensor changed in place whose memory is shared by `detach()` with another."""
    for copy, original in _detached(tree, names):
        changed = _changed_after(tree, copy, original)
        if changed:
            other = original if changed == copy else copy
            yield Note("note.shared_memory", {"changed": changed, "other": other})
            return


def _detached(tree: ast.Module, names: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names bound by `z = y.detach()` or `z = y.data` that still share memory."""
    for node in own(tree.body):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=copy)],
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="detach"))
                | ast.Attribute(value=ast.Name(id=name), attr="data"),
            ) if copy != name and _share(names.get(copy), names.get(name)):
                yield copy, name


def _share(one: Any, other: Any) -> bool:
    if not (is_tensor(one) and is_tensor(other)) or one.is_meta or not one.numel():
        return False
    return bool(one.data_ptr() == other.data_ptr())


def _changed_after(tree: ast.Module, *names: str) -> str:
    """The first of the names that is changed in place once the memory is shared."""
    shared = False
    for node in own(tree.body):
        if isinstance(node, ast.Assign) and set(targets(node)) & {names[0]}:
            shared = True
        changed = _changed(node) if shared else None
        if changed in names:
            return str(changed)
    return ""


def _changed(node: ast.AST) -> str | None:
    match node:
        case ast.AugAssign(target=ast.Name(id=name)):
            return name
        case ast.AugAssign(target=ast.Subscript(value=ast.Name(id=name))):
            return name
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))]):
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
            in_place = method.endswith("_") and not method.endswith("__")
            return name if in_place and method != "requires_grad_" else None
    return None


def _second_backward(tree: ast.Module) -> Iterator[Note]:
    """Two calls on one graph that both succeeded: it had saved nothing that could be freed."""
    done: set[str] = set()
    for statement in tree.body:  # in a straight line, so each has run
        done -= set(targets(statement))
        if not isinstance(statement, ast.Expr):
            continue
        for call in calls([statement], "backward"):
            taken = receiver(call)
            if not isinstance(taken, ast.Name):
                continue
            if taken.id in done:
                yield Note("correction.second_backward", {"name": taken.id})
                return
            if not any(item.arg in ("retain_graph", "create_graph") for item in call.keywords):
                done.add(taken.id)


def along_dim(source: str, names: Mapping[str, Any]) -> Iterator[Note]:
    """The seminar's disabled line: it raises, and the shape beside it cannot come out."""
    told = _ALONG.search(source)
    taken, indices = (names.get(told[1]), names.get(told[2])) if told else (None, None)
    if told is None or not (is_tensor(taken) and is_tensor(indices)):
        return
    if taken.ndim != 3 or taken.numel() > NUMEL_MAX or indices.numel() > NUMEL_MAX:
        return
    if _shape(taken, indices.detach().reshape(-1, 1, 1)) is not None:
        return
    works = _shape(taken, indices.detach().reshape(1, 1, -1))
    if works is not None:
        code = f"{told[1]}.take_along_dim({told[2]}.view(1, 1, -1), dim=2)"
        yield Note("correction.take_along_dim", {"code": code, "shape": works})


def _shape(taken: Tensor, indices: Tensor) -> str | None:
    try:
        return str(tuple(taken.detach().take_along_dim(indices, dim=2).shape))
    except (RuntimeError, IndexError):
        return None
