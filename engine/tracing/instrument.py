"""A cell's syntax tree made to tell what each of its expressions comes to."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.tracing.mark import Mark, Placed, span, text_of

RECORD, INPUT = "__step__", "__input__"  # the names of `Recorder.record` and `Recorder.input`
MARKS_MOST = 5000
NESTED_MOST = 60  # what stands deeper is run as it is: wrapped, it would nest too deep to compile
_DEPTH_SHOWN = 12

_STEPS = (
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Call,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.BoolOp,
    ast.IfExp,
    ast.ListComp,
    ast.Await,
)
# Patterns must stay constants, f-strings hold no positions, and annotations compute nothing.
_UNTOUCHED = (ast.pattern, ast.JoinedStr, ast.arg)
_Function = ast.FunctionDef | ast.AsyncFunctionDef

Sizes = tuple[int, ...]
_NO_NAMES: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Instrumented:
    """A tree that calls `RECORD` and `INPUT`, and what it marks by number."""

    tree: ast.Module
    marks: tuple[Mark, ...]


def instrument(tree: ast.Module, code: str, inputs: Mapping[ast.Assign, Sizes]) -> Instrumented:
    """Wrap every expression of `tree`, which is changed; lines and columns stay what they were.

    `inputs` are the assignments whose literal stands for a tensor of that shape.

    >>> ast.unparse(instrument(ast.parse("relu(x)"), "relu(x)", {}).tree)
    '__step__(1, relu(__step__(0, x)))'
    """
    marking = _Marking(code, inputs, tree.body[-1] if tree.body else None)
    marked = marking.visit(tree)
    assert isinstance(marked, ast.Module)
    return Instrumented(marked, tuple(marking.marks))


class _Marking(ast.NodeTransformer):
    def __init__(
        self, code: str, inputs: Mapping[ast.Assign, Sizes], last: ast.stmt | None
    ) -> None:
        self.marks: list[Mark] = []
        self._lines = code.encode().split(b"\n")
        self._inputs = inputs
        self._last = last.value if isinstance(last, ast.Expr) else None
        self._assigned: tuple[ast.expr, str, tuple[str, ...]] | None = None
        self._depth = 0
        self._children: list[list[int]] = [[]]

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, _UNTOUCHED) or self._depth > NESTED_MOST:
            return node
        loads = isinstance(getattr(node, "ctx", None), ast.Load | None)
        if isinstance(node, _STEPS) and loads and len(self.marks) < MARKS_MOST:
            return self._step(node)
        return super().visit(node)

    def visit_Call(self, node: ast.Call) -> ast.Call:
        # What is called needs no look: neither a function nor a method has a shape.
        if isinstance(node.func, ast.Attribute):
            node.func.value = self.visit(node.func.value)
        elif not isinstance(node.func, ast.Name):
            node.func = self.visit(node.func)
        node.args = self._each(node.args)
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        sizes = self._inputs.get(node)
        names = tuple(target.id for target in node.targets if isinstance(target, ast.Name))
        if sizes is not None:
            number = self._mark(node.value, " = ".join(names), (), names)
            node.value = _called(INPUT, number, node.value, node.value)
            return node
        self._assigned = (node.value, self._text(node), names)
        node.targets = self._each(node.targets)
        node.value = self.visit(node.value)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        if node.value is not None:
            names = (node.target.id,) if isinstance(node.target, ast.Name) else ()
            self._assigned = (node.value, self._text(node), names)
            node.value = self.visit(node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt | list[ast.stmt]:
        place, again = _lookup(node.target), _lookup(node.target)
        self._children.append([])
        self._depth += 1
        before = [_statement(self.visit(place))] if place else []
        node.value = self.visit(node.value)
        self._depth -= 1
        names = (node.target.id,) if isinstance(node.target, ast.Name) else ()
        number = self._mark(node, self._text(node), self._children.pop(), names)
        if again is None:
            node.target = self.visit(node.target)
            return node
        return [*before, node, _statement(_called(RECORD, number, again, node))]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self._function(node)
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        self._function(node)
        return node

    def _function(self, node: _Function) -> None:
        node.decorator_list = self._each(node.decorator_list)
        node.args.defaults = self._each(node.args.defaults)
        node.args.kw_defaults = [each and self.visit(each) for each in node.args.kw_defaults]
        self._depth += 1
        body: list[ast.stmt] = []
        for statement in node.body:
            new = self.visit(statement)
            body += new if isinstance(new, list) else [new]
        node.body = body
        self._depth -= 1

    def _each(self, nodes: Iterable[ast.expr]) -> list[ast.expr]:
        return [self.visit(node) for node in nodes]

    def _step(self, node: ast.expr) -> ast.expr:
        assigned = self._assigned
        text, names = self._text(node), _NO_NAMES
        if assigned and assigned[0] is node:
            _, text, names = assigned
        self._children.append([])
        self._depth += 1
        inner = super().visit(node)
        self._depth -= 1
        number = self._mark(node, text, self._children.pop(), names)
        return _called(RECORD, number, inner, node)

    def _mark(
        self, node: Placed, text: str, children: Sequence[int], names: tuple[str, ...] = ()
    ) -> int:
        number, depth = len(self.marks), min(self._depth, _DEPTH_SHOWN)
        leaf = not names and isinstance(node, ast.expr) and _lookup(node) is not None
        rest = (tuple(children), names, leaf, node is self._last)
        self.marks.append(Mark(span(node), self._text(node), text, depth, *rest))
        self._children[-1].append(number)
        return number

    def _text(self, node: Placed) -> str:
        return text_of(node, self._lines)


def _lookup(node: ast.expr) -> ast.expr | None:
    """The same name or dotted name as something to read, None when it is neither."""
    match node:
        case ast.Name(id=name):
            return ast.copy_location(ast.Name(name, ast.Load()), node)
        case ast.Attribute(value=value, attr=attr):
            base = _lookup(value)
            return base and ast.copy_location(ast.Attribute(base, attr, ast.Load()), node)
    return None


def _called(name: str, number: int, value: ast.expr, place: Placed) -> ast.expr:
    """`name(number, value)` that stands where `place` stood."""
    function = ast.Name(name, ast.Load())
    call = ast.Call(function, [ast.Constant(number), value], [])
    for node in (function, call.args[0], call):
        ast.copy_location(node, place)
    return ast.copy_location(call, place)


def _statement(value: ast.expr) -> ast.stmt:
    return ast.copy_location(ast.Expr(value), value)
