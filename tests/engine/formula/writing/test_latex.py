"""LaTeX that mathtext draws."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.mathtext import MathTextParser

from engine.formula.operations import OPERATIONS
from engine.formula.tree import Apply, Compare, Constant, Index, Name, Node, Number
from engine.formula.writing.latex import LATEX, latex_of
from engine.formula.writing.latex_names import name_latex
from tests.engine.formula.formulas import Example, apply, number, scalar_examples, tensor_examples

PARSER = MathTextParser("agg")
x, y = Name("x"), Name("y")


def is_drawn(text: str) -> None:
    drawn = PARSER.parse(f"${text}$", dpi=72)
    assert drawn.width > 0


def sample(op: str) -> Apply:
    if op == "where":
        return apply(op, Compare("!=", x, number(0)), x, y)
    if op == "placed":
        return apply(op, x, Index(y, (0, -1)))
    return Apply(op, (x, y, number("1/3"))[: max(OPERATIONS[op].least, 1)])


@pytest.mark.parametrize("op", OPERATIONS)
def test_every_operation_is_drawn_also_beneath_and_above_others(op: str) -> None:
    inner = sample(op)
    for node in (
        inner,
        Apply(op, inner.args, 1),
        apply("pow", inner, inner),
        apply("neg", inner),
        apply("mul", apply("mul", number(-2), inner), inner),
        apply("sub", inner, apply("div", inner, apply("add", inner, x))),
    ):
        is_drawn(latex_of(node))


def test_the_table_knows_every_operation() -> None:
    assert LATEX.keys() == OPERATIONS.keys()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(scalar_examples(), tensor_examples()))
def test_formulas_are_drawn(example: Example) -> None:
    is_drawn(latex_of(example.formula.body))


@pytest.mark.parametrize(
    "name", ["x", "x_1", "theta", "loss", "_x", "a_b_c", "x__", "σ", "вес", "_"]
)
def test_names_are_drawn(name: str) -> None:
    is_drawn(name_latex(name))


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (apply("mul", 2, x), r"2\,x"),
        (apply("mul", x, 2), r"x \cdot 2"),
        (apply("mul", 2, number("1/3")), r"2 \cdot \frac{1}{3}"),
        (apply("mul", x, apply("add", x, y)), r"x \cdot \left(x + y\right)"),
        (apply("pow", apply("div", x, y), 2), r"\left(\frac{x}{y}\right)^{2}"),
        (apply("exp", apply("neg", x)), r"e^{-x}"),
        (apply("div", apply("neg", x), y), r"-\frac{x}{y}"),
        (apply("mul", number("6e23"), x), r"6 \cdot 10^{23}\,x"),
        (apply("sub", x, apply("sub", y, x)), r"x - \left(y - x\right)"),
        (apply("max", x, dim=1), r"\max\left(x,\,\mathrm{dim}=1\right)"),
        (Constant("pi"), r"\pi"),
        (Constant("e"), "e"),
        (apply("unlike", apply("mul", x, y), x), r"\Sigma\left(x\,y\right)"),
        (Number(number("-1/2").value), r"-0.5"),
    ],
)
def test_formulas_are_bracketed_as_they_must_be(node: Node, text: str) -> None:
    assert latex_of(node) == text
