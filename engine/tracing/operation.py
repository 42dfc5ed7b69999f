"""The operation on two tensors that a node of a cell is: its operator, its operands."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from engine.broadcasting import compare
from engine.records import Broadcast, Operand
from engine.tracing.look import Look
from engine.tracing.mark import Placed, Span, span

_SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_CALLED = {
    "add": "+",
    "sub": "-",
    "subtract": "-",
    "mul": "*",
    "multiply": "*",
    "div": "/",
    "divide": "/",
    "true_divide": "/",
    "remainder": "%",
    "pow": "**",
    "matmul": "@",
    "mm": "@",
    "bmm": "@",
    "mv": "@",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
}
_IN_PLACE = ("+", "-", "*", "/", "//", "%", "**", "@")

Seen = Callable[[Placed], Look | None]
Text = Callable[[Placed], str]


@dataclass(frozen=True, slots=True)
class Operation:
    """What `node` does to two tensors, or to one and a number."""

    node: Placed
    operator: str
    operands: tuple[Operand, Operand]


def operation(tree: ast.Module, place: Span, seen: Seen, text: Text) -> Operation | None:
    """The operation that stands at `place`, None when it is none of two tensors.

    `seen` tells what an expression came to, `text` how it was written.
    """
    for node in ast.walk(tree):
        if isinstance(node, (ast.expr, ast.AugAssign)) and span(node) == place:
            parts = _parts(node, seen)
            if parts is not None:
                operator, left, right = parts
                operands = (_operand(left, seen, text), _operand(right, seen, text))
                return _made(node, operator, *operands)
    return None


def clash(found: Operation) -> Broadcast | None:
    """Why the shapes do not agree; None when they do, and it failed for another reason."""
    broadcast = compare(found.operator, found.operands)
    return broadcast if broadcast.result is None else None


def _made(
    node: Placed, operator: str, left: Operand | None, right: Operand | None
) -> Operation | None:
    if left is None or right is None or not (left.shape or right.shape):
        return None
    return Operation(node, operator, (left, right))


def _parts(node: Placed, seen: Seen) -> tuple[str, ast.expr, ast.expr] | None:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            symbol = _SYMBOLS.get(type(op))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            symbol = _SYMBOLS.get(type(op))
        case ast.AugAssign(target=left, op=op, value=right):
            symbol = _in_place(_SYMBOLS.get(type(op)))
        case ast.Call(func=func, args=args, keywords=[]):
            return _call(func, args, seen)
        case _:
            return None
    return (symbol, left, right) if symbol else None


def _call(
    func: ast.expr, args: list[ast.expr], seen: Seen
) -> tuple[str, ast.expr, ast.expr] | None:
    match func, args:
        case ast.Name(id=name), [left, right]:
            symbol = _CALLED.get(name)
        case ast.Attribute(value=left, attr=name), [right] if seen(left):
            plain = name.endswith("_") and not name.endswith("__")
            symbol = _in_place(_CALLED.get(name[:-1])) if plain else _CALLED.get(name)
        case ast.Attribute(attr=name), [left, right]:
            symbol = _CALLED.get(name)
        case _:
            return None
    return (symbol, left, right) if symbol else None


def _in_place(symbol: str | None) -> str | None:
    return f"{symbol}=" if symbol in _IN_PLACE else None


def _operand(node: ast.expr, seen: Seen, text: Text) -> Operand | None:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return Operand(text(node), ())
    found = seen(node)
    return None if found is None or found.sizes is None else Operand(text(node), found.sizes)
