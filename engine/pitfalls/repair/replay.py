"""Which operation of the failing line raised: it is done again, on the live values.

Only torch's own functions are called, on plain tensors and numbers; what a student has written
is never run, in-place operations get a copy, and the random generator is put back.
"""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import torch
from torch import nn
from torch.nn import functional

from engine.pitfalls.facts import trusted
from engine.pitfalls.facts.code import statement
from engine.pitfalls.facts.trusted import Unknown, checked, is_tensor
from engine.pitfalls.repair.allowance import allowance, used_up
from engine.pitfalls.repair.operation import IN_PLACE, SIGNS, Operation
from engine.pitfalls.rule import Scene

OPERATIONS_MAX: Final = 60
_NODES_MAX: Final = 400
_GIVEN: Final = {"torch": torch, "F": functional, "nn": nn}
_BUILTINS: Final[Mapping[str, Any]] = {
    "len": len, "int": int, "float": float, "bool": bool, "range": range, "abs": abs
}  # fmt: skip


class _Found(Exception):
    def __init__(self, operation: Operation) -> None:
        self.operation = operation


def culprit(scene: Scene) -> Operation | None:
    """The operation on the failing line that raises the same again, None when none is found.

    >>> names = {"x": torch.ones(2, 3), "m": torch.ones(2)}
    >>> clash = "The size of tensor a (3) must match the size of tensor b (2) at non-singleton"
    >>> code, message = "y = (x - m) ** 2", f"{clash} dimension 1"
    >>> scene = Scene("RuntimeError", message, ast.parse(code), (code,), 1, names)
    >>> found = culprit(scene)
    >>> found.name, found.texts
    ('-', ('x', 'm'))
    """
    failing = statement(scene)
    if failing is None:
        return None
    with _quietly(), allowance():
        replay = _Replay(scene)
        try:
            for node in _heads(failing):
                replay.visit(node)
        except _Found as found:
            return found.operation
        except RecursionError:
            return None
    return None


def value_of(node: ast.AST, scene: Scene) -> Any:
    """What an expression is worth now; raises Unknown when that cannot be told safely."""
    with _quietly(), allowance():
        try:
            return _Replay(scene).value(node)
        except (_Found, RecursionError):
            raise Unknown from None


def known(node: ast.AST, scene: Scene) -> Any:
    """What an expression is worth now; None also when that cannot be told safely.

    >>> known(ast.parse("x + 1", mode="eval").body, Scene("", "", names={"x": 2}))
    3
    """
    try:
        return value_of(node, scene)
    except Unknown:
        return None


@contextmanager
def _quietly() -> Iterator[None]:
    with torch.no_grad(), torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _heads(failing: ast.stmt) -> Iterator[ast.AST]:
    """What a statement itself computes, without the statements inside of it."""
    if isinstance(failing, (ast.AugAssign, ast.Assign)):
        yield failing
        return
    for child in ast.iter_child_nodes(failing):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.withitem):
            yield child.context_expr


class _Replay:
    """Evaluates expressions on live values; the first that fails as the cell did is raised."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._operations = OPERATIONS_MAX
        self._nodes = _NODES_MAX

    def visit(self, node: ast.AST) -> None:
        """Evaluate as much below `node` as can be; a part unknown does not hide the others."""
        if isinstance(node, ast.Assign):
            self.visit(node.value)
            self._store(node)
        elif isinstance(node, ast.AugAssign):
            self.visit(node.value)
            self._change(node)
        else:
            self._visit_expression(node)

    def _visit_expression(self, node: ast.AST) -> None:
        try:
            self.value(node)
        except Unknown:
            if isinstance(node, (ast.Lambda, ast.GeneratorExp)):
                return
            for child in ast.iter_child_nodes(node):
                if isinstance(child, (ast.expr, ast.keyword)):
                    self._visit_expression(child)

    def value(self, node: ast.AST) -> Any:
        """What `node` is worth; raises Unknown, or _Found when it fails as the cell did."""
        self._nodes -= 1
        if self._nodes < 0:
            raise Unknown
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self._name(name)
            case ast.Tuple(elts=items):
                return tuple(map(self.value, items))
            case ast.List(elts=items):
                return list(map(self.value, items))
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(*(part and self.value(part) for part in (lower, upper, step)))
            case ast.keyword(value=value):
                return self.value(value)
            case ast.UnaryOp(op=op, operand=operand):
                return self._sign(node, op, operand)
            case ast.BinOp(left=left, op=op, right=right):
                return self._sign(node, op, left, right)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._sign(node, op, left, right)
            case ast.Attribute(value=owner, attr=name):
                return trusted.member(self.value(owner), name)
            case ast.Subscript(value=owner, slice=index):
                values = self.value(owner), self.value(index)
                texts = ast.unparse(owner), ast.unparse(index)
                return self._do(Operation(node, "[]", texts, values), operator.getitem)
            case ast.Call():
                return self._call(node)
        raise Unknown

    def _name(self, name: str) -> Any:
        if name in self._scene.names:
            return checked(self._scene.names[name])
        if name in _GIVEN:
            return _GIVEN[name]
        raise Unknown

    def _sign(self, node: ast.AST, op: ast.AST, *operands: ast.expr) -> Any:
        if type(op) not in SIGNS:
            raise Unknown
        name, function = SIGNS[type(op)]
        values = tuple(map(self.value, operands))
        return self._do(Operation(node, name, tuple(map(ast.unparse, operands)), values), function)

    def _call(self, node: ast.Call) -> Any:
        match node.func:
            case ast.Name(id=name) if name in _BUILTINS and name not in self._scene.names:
                return self._apply(node, name, _BUILTINS[name])
            case ast.Attribute(value=owner, attr=name):
                value = self.value(owner)
                if is_tensor(value) and not isinstance(getattr(value, name, None), torch.Tensor):
                    given = (ast.unparse(owner), value)
                    return self._apply(node, name, trusted.method(name), given)
                function = trusted.member(value, name)
            case _:
                function = self.value(node.func)
        if type(function) is nn.Sequential:
            return self._sequence(node, function)
        if type(function) in trusted.LAYERS:
            name = type(function).__name__
            return self._apply(node, name, trusted.forward(function), layer=function)
        if not trusted.is_of_torch(function) and function not in trusted.LAYERS:
            raise Unknown
        return self._apply(node, function.__name__, function)

    def _apply(
        self,
        node: ast.Call,
        name: str,
        function: Callable[..., Any],
        given: tuple[str, Any] | None = None,
        layer: nn.Module | None = None,
    ) -> Any:
        if any(item.arg is None for item in node.keywords):
            raise Unknown
        texts = [*([given[0]] if given else []), *map(ast.unparse, node.args)]
        values = [*([given[1]] if given else []), *map(self.value, node.args)]
        keywords = {str(item.arg): self.value(item.value) for item in node.keywords}
        label = ast.unparse(node.func)
        operation = Operation(node, name, tuple(texts), tuple(values), keywords, layer, label)
        return self._do(operation, function)

    def _sequence(self, node: ast.Call, sequence: nn.Module) -> Any:
        """A chain of layers, one by one: the one that fails is told."""
        if len(node.args) != 1 or node.keywords:
            raise Unknown
        text, value = ast.unparse(node.args[0]), self.value(node.args[0])
        whole = ast.unparse(node.func)
        for i, layer in enumerate(trusted.layers_of(sequence)):
            given = f"{whole}[:{i}]({text})" if i else text
            name, label = type(layer).__name__, f"{whole}[{i}]"
            operation = Operation(node, name, (given,), (value,), {}, layer, label)
            value = self._do(operation, trusted.forward(layer))
        return value

    def _store(self, node: ast.Assign) -> None:
        match node.targets:
            case [ast.Subscript(value=owner, slice=index)]:
                parts = (owner, index, node.value)
                try:
                    values = tuple(map(self.value, parts))
                    if is_tensor(values[0]):
                        texts = tuple(map(ast.unparse, parts))
                        self._do(Operation(node, "[]=", texts, values), operator.setitem)
                except Unknown:
                    return

    def _change(self, node: ast.AugAssign) -> None:
        try:
            values = self.value(node.target), self.value(node.value)
            if is_tensor(values[0]) and type(node.op) in IN_PLACE:
                texts = ast.unparse(node.target), ast.unparse(node.value)
                name = SIGNS[type(node.op)][0] + "="
                self._do(Operation(node, name, texts, values), IN_PLACE[type(node.op)])
        except Unknown:
            return

    def _do(self, operation: Operation, function: Callable[..., Any]) -> Any:
        self._operations -= 1
        if self._operations < 0 or used_up():
            raise Unknown
        if not trusted.is_cheap(operation.name, operation.values):
            raise Unknown
        values = operation.values
        if operation.name.endswith(("_", "=")) and values and is_tensor(values[0]):
            values = (values[0].detach().clone(), *values[1:])
        try:
            return checked(function(*values, **operation.keywords))
        except Unknown:
            raise
        except Exception as error:
            said = str(error).partition("\n")[0].strip()
            same = type(error).__name__ == self._scene.type and said == self._scene.message.strip()
            raise (_Found(operation) if same else Unknown()) from None
