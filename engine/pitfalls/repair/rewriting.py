"""A student's own line with another expression in the place of one."""

from __future__ import annotations

import ast
import copy

from engine.pitfalls.facts.code import statement
from engine.pitfalls.repair.operation import Operation
from engine.pitfalls.rule import Scene


def atom(text: str) -> str:
    """An operand that a method or a sign can be written after.

    >>> atom("x"), atom("x.mean(dim=1)"), atom("a + b")
    ('x', 'x.mean(dim=1)', '(a + b)')
    """
    node = ast.parse(text, mode="eval").body
    whole = isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript))
    return text if whole else f"({text})"


def rewritten(scene: Scene, node: ast.AST, code: str) -> str:
    """The failing statement with `code` in place of `node`; the expression alone for others.

    >>> code = "y = (x - m) ** 2"
    >>> tree = ast.parse(code)
    >>> scene = Scene("RuntimeError", "", tree, (code,), 1)
    >>> rewritten(scene, tree.body[0].value.left, "x - m.unsqueeze(1)")
    'y = (x - m.unsqueeze(1)) ** 2'
    """
    failing, new = statement(scene), ast.parse(code).body[0]
    if isinstance(node, ast.expr) and isinstance(new, ast.Expr):
        swap = {id(node): new.value}
        if isinstance(failing, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)):
            return ast.unparse(copy.deepcopy(failing, swap))
        if isinstance(failing, ast.Return) and failing.value is not None:
            return ast.unparse(copy.deepcopy(failing.value, swap))
    return code


def with_operand(scene: Scene, found: Operation, number: int, change: str) -> str:
    """The failing statement with a method called on one of its tensors."""
    text = found.tensors[number][0]
    nodes = [node for node in _operands(found.node) if ast.unparse(node) == text]
    return rewritten(scene, nodes[0], atom(text) + change) if nodes else ""


def _operands(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.AugAssign(value=value):
            return [value]
        case ast.Call(func=ast.Attribute(value=owner), args=args):
            return [owner, *args]
        case ast.Call(args=args):
            return [*args]
        case ast.Subscript(slice=index):
            return [index]
    return []
