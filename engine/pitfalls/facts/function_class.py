"""A student's own Function: the class that an error is about, as it is written."""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any

import torch

from engine.pitfalls.facts.code import head, own, statement
from engine.pitfalls.rule import Scene

FUNCTION = type(torch.autograd.Function)


_members = type.__dict__["__dict__"].__get__


def function_class(scene: Scene) -> ast.ClassDef | None:
    """The student's Function that an error is about: named in it, or used on its line."""
    told = re.search(r"(\w+)Backward\b", scene.message)
    if told:
        return definition(scene, told[1])
    around = [node for node in classes(scene.tree) if spans(node, scene.line)]
    if around:
        return around[-1]
    names = list(dict.fromkeys(_used(scene)))
    return next((found for name in names if (found := definition(scene, name))), None)


def classes(tree: ast.AST | None) -> list[ast.ClassDef]:
    nodes = ast.walk(tree) if tree else ()
    return [node for node in nodes if isinstance(node, ast.ClassDef)]


def spans(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _used(scene: Scene) -> Iterator[str]:
    """Names of classes that the failing line applies: `P.apply`, `P()`, or `p = P.apply`."""
    for node in own(head(statement(scene))):
        if isinstance(node, ast.Name):
            value = scene.names.get(node.id)
            owner = value.__self__ if type(value) is MethodType else value
            yield _name_of(owner) if type(owner) is FUNCTION else node.id


def _name_of(kind: Any) -> str:
    return str(type.__dict__["__name__"].__get__(kind))


def definition(scene: Scene, name: str) -> ast.ClassDef | None:
    """The class as it is written in this cell, or in the cell that defined the live one."""
    here = [node for node in classes(scene.tree) if node.name == name]
    if here:
        return here[-1]
    kind = scene.names.get(name)
    if type(kind) is not FUNCTION:
        return None
    found = [node for node in classes(_source_of(kind)) if node.name == name]
    return found[-1] if found else None


def _source_of(kind: type) -> ast.AST | None:
    for member in _members(kind).values():
        function = member.__func__ if type(member) is staticmethod else member
        if type(function) is FunctionType:
            lines = linecache.cache.get(function.__code__.co_filename)
            try:
                return ast.parse("".join(lines[2])) if lines and len(lines) == 4 else None
            except SyntaxError:
                return None
    return None


def method_of(kind: ast.ClassDef | None, name: str) -> ast.FunctionDef | None:
    body = kind.body if kind else []
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]
    return found[-1] if found else None


def arguments_of(kind: ast.ClassDef) -> list[str]:
    """What `apply` takes: the arguments of `forward`, without `ctx` of the older form."""
    forward = method_of(kind, "forward")
    names = [item.arg for item in forward.args.args] if forward else []
    return names if method_of(kind, "setup_context") else names[1:]


def is_unfilled(function: ast.FunctionDef | None) -> bool:
    """Whether nothing but a docstring and `...` or `pass` is written there."""
    body = function.body if function else []
    return bool(body) and all(
        isinstance(node, ast.Pass)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in body
    )
