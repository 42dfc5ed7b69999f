"""Unfilled places of a template: functions whose body still holds `...`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

CELL = "cell"
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_STUBS = {"overload", "abstractmethod", "abstractproperty"}
_LEAVES = (ast.Return, ast.Raise, ast.Break, ast.Yield, ast.YieldFrom, ast.Await)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A function (or the cell itself) that is not filled in.

    `line` is where its first `...` stands, `first_line` what its code object calls
    `co_firstlineno` (0 for the cell); `endless`: calling it certainly never ends;
    `loops`: first and last line of every `while ...:`.
    """

    name: str
    line: int
    first_line: int
    endless: bool
    loops: tuple[tuple[int, int], ...] = ()


def find_skeletons(tree: ast.Module) -> tuple[Skeleton, ...]:
    """Every unfilled function of a cell, and the cell itself when its own lines are unfilled.

    >>> find_skeletons(ast.parse("def f(x):\\n    y = ...\\n    return y"))
    (Skeleton(name='f', line=2, first_line=1, endless=False, loops=()),)
    >>> find_skeletons(ast.parse("def f(x):\\n    return x[..., 1]"))
    ()
    """
    found = list(_functions(tree.body, ""))
    own = _skeleton(CELL, 0, tree.body)
    return tuple(found if own is None else [own, *found])


def _functions(body: list[ast.stmt], prefix: str, protocol: bool = False) -> Iterator[Skeleton]:
    for node in body:
        if isinstance(node, FunctionNode):
            yield from _function(node, prefix, protocol)
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.", _is_protocol(node))
        else:
            inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
            yield from _functions(inner, prefix, protocol)


def _function(node: FunctionNode, prefix: str, protocol: bool) -> Iterator[Skeleton]:
    name = prefix + node.name
    if not protocol and not _STUBS & {_last_name(item) for item in node.decorator_list}:
        first_line = min([node.lineno, *(item.lineno for item in node.decorator_list)])
        skeleton = _skeleton(name, first_line, node.body)
        if skeleton is not None:
            yield skeleton
    yield from _functions(node.body, f"{name}.", protocol)


def _skeleton(name: str, first_line: int, body: list[ast.stmt]) -> Skeleton | None:
    places = list(_templates(body))
    if not places and all(_is_blank(node) for node in body):
        places = [node.lineno for node in body if _is_bare(node)]
    if not places:
        return None
    loops = tuple(sorted((w.lineno, w.end_lineno or w.lineno) for w in _loops(body)))
    return Skeleton(name, min(places), first_line, _is_endless(body), loops)


def _templates(body: list[ast.stmt]) -> Iterator[int]:
    """Lines of `x = ...`, `return ...` and `while ...:`; a name used as an index is none."""
    indices = {
        name.id
        for node in _own(body)
        if isinstance(node, ast.Subscript)
        for name in ast.walk(node.slice)
        if isinstance(name, ast.Name)
    }
    for node in _own(body):
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            if _is_ellipsis(node.value) and not _targets(node) & indices:
                yield node.lineno
        elif (isinstance(node, ast.Return) and _is_ellipsis(node.value)) or (
            isinstance(node, ast.While) and _is_ellipsis(node.test)
        ):
            yield node.lineno


def _is_endless(body: list[ast.stmt]) -> bool:
    """Whether running `body` comes to a `while ...:` that nothing in it can leave or break."""
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in _own(body)):
        return False
    placeholders: set[str] = set()
    for node in body:
        if isinstance(node, ast.While) and _is_ellipsis(node.test):
            return all(_is_inert(inner) for inner in node.body)
        if not _is_passed(node, placeholders):
            return False
    return False


def _is_passed(node: ast.stmt, placeholders: set[str]) -> bool:
    """Whether a statement before the loop leads on to it: `...` in a call would raise."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and _is_ellipsis(node.value):
        placeholders |= _targets(node)
        return True
    inside = list(_own([node]))
    used = {item.id for item in inside if isinstance(item, ast.Name)}
    return not any(isinstance(item, (*_LEAVES, ast.Assert)) for item in inside) and not (
        used & placeholders
    )


def _is_inert(node: ast.stmt) -> bool:
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return isinstance(node.value, (ast.Constant, type(None)))
    return _is_blank(node)


def _own(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Every node of these statements that runs with them: nested scopes are left out."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, _SCOPES):
            continue
        yield node
        waiting.extend(ast.iter_child_nodes(node))


def _loops(body: list[ast.stmt]) -> Iterator[ast.While]:
    for node in _own(body):
        if isinstance(node, ast.While) and _is_ellipsis(node.test):
            yield node


def _targets(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    inside = (item for target in targets for item in ast.walk(target))
    return {item.id for item in inside if isinstance(item, ast.Name)}


def _is_ellipsis(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _is_bare(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and _is_ellipsis(node.value)


def _is_blank(node: ast.stmt) -> bool:
    """`...`, `pass` or a docstring."""
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and (node.value.value is ... or isinstance(node.value.value, str))
    )


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(_last_name(base) == "Protocol" for base in node.bases)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return _last_name(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
