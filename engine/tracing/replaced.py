"""A cell with one of its operations written in another way."""

from __future__ import annotations

import ast

from engine.tracing.mark import Span, span


def replaced(tree: ast.Module, place: Span, code: str) -> ast.Module | None:
    """The tree, which is changed, with `code` at `place`; None when it does not fit there.

    >>> tree = replaced(ast.parse("y = x + w"), (1, 1, 4, 9), "x + w.T")
    >>> tree and ast.unparse(tree)
    'y = x + w.T'
    """
    try:
        (statement,) = ast.parse(code).body
    except (SyntaxError, ValueError):
        return None
    replacing = _Replacing(place, statement)
    changed = replacing.visit(tree)
    assert isinstance(changed, ast.Module)
    return ast.fix_missing_locations(changed) if replacing.done else None


class _Replacing(ast.NodeTransformer):
    def __init__(self, place: Span, statement: ast.stmt) -> None:
        self.done = False
        self._place, self._statement = place, statement

    def visit(self, node: ast.AST) -> ast.AST:
        new = self._statement
        if isinstance(node, ast.AugAssign) and span(node) == self._place:
            self.done = True
            return _placed(new, node)
        if isinstance(node, ast.expr) and span(node) == self._place:
            if isinstance(new, ast.Expr):
                self.done = True
                return _placed(new.value, node)
            return node
        visited = super().visit(node)
        assert isinstance(visited, ast.AST)
        return visited


def _placed(new: ast.AST, old: ast.AST) -> ast.AST:
    """All of the new stands where the old did, so that no other place is taken for it."""
    for node in ast.walk(new):
        ast.copy_location(node, old)
    return new
