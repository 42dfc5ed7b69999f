"""Formulas of one input with their derivatives: classic ones, awkward ones and random ones."""

from __future__ import annotations

from dataclasses import dataclass

from engine.derivation import TooLong, derivative
from engine.formula.request import read_formula
from engine.formula.tree import Formula, Name, Node, children, with_children
from tests.engine.formula.formulas import example

TEXTS = [
    "x^7 + 5x^3 + 17x - 9",
    "x^3 - 2x + 2",
    "x^3 - 2x - 5",
    "x * exp(-x) - 1/5",
    "exp(x) - 2",
    "cos(x) - x",
    "sin(x)",
    "tan(x)",
    "atan(x)",
    "log(x)",
    "1/x",
    "1/x - 3",
    "(x - 1)^2",
    "(x - 1)^5",
    "x^20 - 1",
    "abs(x) - 1/2",
    "sqrt(abs(x))",
    "sign(x)",
    "where(x > 1, x^2 - 2, -1)",
    "exp(x^2) - 1e300",
    "1e200 x^3 - 1e-200",
    "5 + 0x",
    "x",
    "floor(x) + 1/2",
    "max(x, -1) - min(x, 2)/3",
    "x/(1 + x^2)",
    "log(x)/x",
    "x^(1/3)",
    "softplus(x) - 1",
    "sinh(x) - 1",
    "elu(x) + leaky_relu(x) - gelu(x) - 1/2",
    "erf(x) - sigmoid(x) + silu(x)/7 + 1/5",
]


@dataclass(frozen=True, slots=True)
class Case:
    """f and f'; `name` is the input."""

    formula: Formula
    slope: Node

    @property
    def name(self) -> str:
        return self.formula.inputs[0]


def case(text: str) -> Case:
    """A formula as a student writes it."""
    formula = read_formula(text)
    assert isinstance(formula, Formula)
    return Case(formula, derivative(formula, formula.inputs[0], {}))


def random_cases(seeds: range, most: int = 15) -> list[Case]:
    """Those of the repository's random formulas that have a derivative, all inputs made one."""
    found = []
    for seed in seeds:
        formula = Formula("f", ("x",), _of_x(example(seed, most, tensors=False).formula.body))
        try:
            found.append(Case(formula, derivative(formula, "x", {})))
        except TooLong:
            continue
    return found


def _of_x(node: Node) -> Node:
    if isinstance(node, Name):
        return Name("x")
    return with_children(node, [_of_x(each) for each in children(node)])
