"""Which names a cell calls, and which unfilled functions are behind them."""

from __future__ import annotations

import ast

import pytest

from engine.notebook.calls import find_uses


@pytest.mark.parametrize(
    ("source", "certain"),
    [
        ("f()", ["f"]),
        ("x = f(g(1))", ["f", "g"]),
        ("with torch.no_grad(): f()", ["torch", "f"]),
        ("try:\n    f()\nfinally:\n    g()", ["f", "g"]),
        ("assert f(1) == 2", ["f"]),
        ("get_ipython().run_line_magic('timeit', '-n 3 f()')", ["f", "get_ipython"]),
        ("get_ipython().run_cell_magic('timeit', 'f()', 'g()')", ["f", "g", "get_ipython"]),
        ("get_ipython().run_cell_magic('timeit', '', 'f(')", ["get_ipython"]),
        ("get_ipython().run_cell_magic('timeit', line, body)", ["get_ipython"]),
        ("get_ipython().run_cell_magic('bash', '', 'f()')", ["get_ipython"]),
        ("f()()", ["f"]),
        ("try: x\nexcept Exception: f()", []),
        ("if x: f()", []),
        ("for x in y: f()", []),
        ("x and f()", []),
        ("[f() for x in y]", []),
        ("lambda: f()", []),
        ("def g(): f()", []),
        ("class A: x = f()", []),
    ],
)
def test_calls_that_certainly_happen(source: str, certain: list[str]) -> None:
    assert [use.name for use in find_uses(ast.parse(source)) if use.certain] == certain


def test_a_call_that_may_happen_is_a_use_too() -> None:
    (use,) = find_uses(ast.parse("if x: Power.apply(1)"))
    assert (use.name, use.method, use.certain) == ("Power", "apply", False)
