"""A student's own line with one expression replaced."""

from __future__ import annotations

import ast

import pytest

from engine.pitfalls.repair.rewriting import rewritten
from engine.pitfalls.rule import Scene


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("y = f(x - m) + 1", "y = f(x + m) + 1"),
        ("def g():\n    return f(x - m)", "f(x + m)"),
        ("while x - m:\n    pass", "x + m"),
    ],
)
def test_operation_is_replaced_in_its_statement(code: str, expected: str) -> None:
    tree = ast.parse(code)
    node = next(item for item in ast.walk(tree) if isinstance(getattr(item, "op", 0), ast.Sub))
    line = code.splitlines().index(next(item for item in code.splitlines() if "x - m" in item)) + 1

    assert rewritten(Scene("", "", tree, (), line), node, "x + m") == expected
    assert ast.unparse(tree) == ast.unparse(ast.parse(code))
