"""What may stand behind /graph for a variable: names, attributes and places, no operation."""

from __future__ import annotations

import ast
from typing import Final

CHARACTERS: Final = 200


def read_chain(text: str) -> ast.Expression | None:
    """A chain such as `model.layers[-1].weight` as a syntax tree; None for anything else.

    >>> read_chain("losses[-1]") is None, read_chain("loss.backward()") is None
    (False, True)
    """
    if len(text) > CHARACTERS:
        return None
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if _is_chain(tree.body) else None


def _is_chain(node: ast.expr) -> bool:
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Subscript) and not _is_place(node.slice):
            return False
        if not isinstance(node, (ast.Attribute, ast.Subscript)):
            return False
        node = node.value
    return True


def _is_place(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return isinstance(node.operand, ast.Constant) and type(node.operand.value) is int
    return isinstance(node, ast.Constant) and type(node.value) in (int, str)
