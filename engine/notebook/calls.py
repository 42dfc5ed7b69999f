"""Which unfilled functions a cell uses, and whether it certainly calls one that never ends."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import CodeType, FunctionType, MethodType
from typing import Any

from engine.notebook.skeleton import Skeleton
from engine.notebook.source import transform
from engine.notebook.stopwatch import read_options

Registry = Mapping[tuple[str, int, str], Skeleton]  # by file, first line and name of the code
_WRAPPERS_MAX = 10  # `__wrapped__` may lead back to where it came from
_members = type.__dict__["__dict__"].__get__
_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_MAYBE = (ast.If, ast.For, ast.While, ast.Match, ast.IfExp, ast.BoolOp, ast.ExceptHandler)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Use:
    """A name that a cell looks up outside of its functions: `name(...)` or `name.method(...)`."""

    name: str
    method: str
    certain: bool  # it is called, whichever way the cell goes


def find_uses(tree: ast.Module) -> Iterator[Use]:
    """Calls in a cell, `%%timeit` bodies included, that a top-level name leads to.

    >>> list(find_uses(ast.parse("x = f(1)\\nif x: Power.apply(x)")))
    [Use(name='f', method='', certain=True), Use(name='Power', method='apply', certain=False)]
    """
    for statement in tree.body:
        yield from _uses(statement, True)


def _uses(node: ast.AST, certain: bool) -> Iterator[Use]:
    if isinstance(node, _NESTED):
        return
    if isinstance(node, ast.Call):
        yield from _call(node, certain)
    certain = certain and not isinstance(node, (*_MAYBE, *_COMPREHENSIONS))
    for child in ast.iter_child_nodes(node):
        yield from _uses(child, certain)


def _call(node: ast.Call, certain: bool) -> Iterator[Use]:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            yield Use(name, "", certain)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
            yield Use(name, method, certain)
        case ast.Call(
            func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")), attr=_),
            args=[ast.Constant(value="time" | "timeit"), *texts],
        ):
            for text in texts:
                yield from _in_text(text, certain)


def _in_text(node: ast.expr, certain: bool) -> Iterator[Use]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            tree = ast.parse(transform(read_options(node.value)[1]))
        except SyntaxError:  # the magic itself will say so
            return
        for statement in tree.body:
            yield from _uses(statement, certain)


@dataclass(frozen=True, slots=True)
class Used:
    """An unfilled function that a cell uses, and the file name of the cell that defined it."""

    filename: str
    skeleton: Skeleton
    certain: bool

    @property
    def key(self) -> tuple[str, int, str]:
        """What the function's code object is known by."""
        return self.filename, self.skeleton.first_line, self.skeleton.name.rpartition(".")[2]


def used_skeletons(
    tree: ast.Module, filename: str, names: Mapping[str, Any], registry: Registry
) -> list[Used]:
    """The unfilled functions that a cell calls, looked up in the session or in the cell itself.

    `registry` holds those of the session and of this cell.
    """
    bound = _bound_names(tree)
    found: list[Used] = []
    for use in find_uses(tree):
        if use.name in bound:
            keys = [*_defined_here(bound[use.name], use, filename)]
        else:
            keys = [_key(code) for code in _codes(names.get(use.name), use.method)]
        found += [Used(key[0], registry[key], use.certain) for key in keys if key in registry]
    return found


def _bound_names(tree: ast.Module) -> dict[str, ast.stmt]:
    """Names that statements of the cell itself bind, with the last of them."""
    bound: dict[str, ast.stmt] = {}
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound[statement.name] = statement
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                bound[node.id] = statement
    return bound


def _defined_here(node: ast.stmt, use: Use, filename: str) -> Iterator[tuple[str, int, str]]:
    if isinstance(node, ast.FunctionDef):
        lines = [node.lineno, *(item.lineno for item in node.decorator_list)]
        yield filename, min(lines), node.name
    elif isinstance(node, ast.ClassDef):
        methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
        named = [item for item in methods if item.name == use.method]
        for method in named or methods:
            yield from _defined_here(method, use, filename)


def _codes(value: Any, method: str) -> Iterator[CodeType]:
    """Code objects behind a value of the session; nothing of the value's own is run."""
    kind = type(value)
    if kind is FunctionType:
        yield from _function_codes(value)
    elif kind in (staticmethod, classmethod):
        yield from _codes(value.__func__, "")
    elif kind is MethodType:
        yield from _codes(value.__func__, "")
        if issubclass(type(value.__self__), type):
            yield from _method_codes(value.__self__, "")
    elif issubclass(kind, type):
        yield from _method_codes(value, method)
    else:
        yield from _method_codes(kind, method or "__call__")


def _function_codes(function: Any) -> Iterator[CodeType]:
    for _ in range(_WRAPPERS_MAX):
        if type(function) is not FunctionType:
            return
        yield function.__code__
        function = function.__dict__.get("__wrapped__")


def _method_codes(owner: type, method: str) -> Iterator[CodeType]:
    members = _members(owner)
    module = members.get("__module__")
    if type(module) is not str or module != "__main__":
        return
    for member in [members[method]] if method in members else members.values():
        if type(member) in (FunctionType, staticmethod, classmethod):
            yield from _codes(member, "")


def _key(code: CodeType) -> tuple[str, int, str]:
    return code.co_filename, code.co_firstlineno, code.co_name
