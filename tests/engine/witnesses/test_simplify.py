"""A derivative is written shorter, rightly, or not at all."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings

from engine.formula.request import read_formula
from engine.formula.tree import Number
from engine.formula.writing.text import text_of
from engine.records import Misread
from engine.witnesses.agreement import agree
from engine.witnesses.simplify import bits, simplified, terms
from tests.engine.formula.asking import read
from tests.engine.formula.formulas import Example, apply, scalar_examples
from tests.engine.witnesses.asked import derivatives


def short(text: str, name: str = "x") -> str:
    formula = read(text).formula
    return simplified(derivatives(formula)[name], formula.inputs, 1.0)


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        ("f(x,y)=x^2+xy+(x+y)^2", "x", "4x + 3y"),
        ("f(x,y)=x^2+xy+(x+y)^2", "y", "3x + 2y"),
        ("(x - 1)/(x + 1)", "x", "2/(x + 1)²"),
        ("sin(x)*cos(x)", "x", "cos(2x)"),
    ],
)
def test_shortest_form(text: str, name: str, form: str) -> None:
    assert short(text, name) == form


@pytest.mark.parametrize("text", ["x^2", "sin(x)", "5x", "exp(x)"])
def test_what_is_short_stays(text: str) -> None:
    assert short(text) == ""


@settings(max_examples=60, deadline=None)
@given(scalar_examples(12))
def test_shorter_form_reads_back_as_the_same_function(example: Example) -> None:
    names = example.formula.inputs
    for node in derivatives(example.formula).values():
        text = simplified(node, names, 0.2)
        if not text:
            continue
        assert len(text) < len(text_of(node))
        read = read_formula(f"f({', '.join(names)}) = {text}")
        assert not isinstance(read, Misread), text
        assert agree(node, read.body, names, 8), text


HOSTILE = [
    "x^1000 * (x + y)^900",
    "((x + y)^30 + (x - y)^30)^30",
    "x * " + "7" * 50 + "^(x^2 + y)",
    "x^x^x^x^x^x + y",
    "sin(cos(tan(sin(cos(tan(sin(x) * y) * x) * y) * x) * y) * x)",
    "1/(1 + 1/(1 + 1/(1 + 1/(1 + 1/(1 + 1/(x + y))))))",
    "(x^20 - y^20)/(x^19 + y^18 + 1)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_ends(text: str) -> None:
    formula = read(text).formula
    for node in derivatives(formula).values():
        simplified(node, formula.inputs, 0.1)

    x, y = sympy.symbols("x y")
    assert sympy.factor(x**2 - y**2) == (x - y) * (x + y)


def test_forecast_of_terms_is_never_too_small() -> None:
    x, y = sympy.symbols("x y")
    for expression in ((x + y) ** 7, (x + 1) * (y + 2) * (x + y), x * (x + y) ** 3 + y):
        assert len(sympy.expand(expression).args) <= terms(expression)


def test_numbers_too_long_to_write_are_seen_before_they_are_made() -> None:
    tower = apply("pow", apply("pow", 9, 1000), 1000)

    assert bits(tower) > 20_000
    assert simplified(apply("mul", tower, apply("add", 1, 1)), ["x"], 0.1) == ""
    assert bits(Number(Fraction(1, 8))) == 5
