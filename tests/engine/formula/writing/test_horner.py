"""Horner's form against the sum as it was written, exactly."""

from __future__ import annotations

import pytest
from mpmath import mpf

from engine.formula.exact import exact
from engine.formula.tree import Name, Node
from engine.formula.writing.horner import in_horner_form
from engine.formula.writing.text import text_of
from tests.engine.formula.formulas import apply, number
from tests.engine.roots.of_one_input import case

x = Name("x")


def body(text: str) -> Node:
    return case(text).formula.body


@pytest.mark.parametrize(
    ("text", "nested"),
    [
        ("x^7 + 5x^3 + 17x - 9", "((x⁴ + 5) · x² + 17) · x - 9"),
        ("1 - x^2", "1 - x²"),
        ("x^3 - x^3/3 + x*x", "((2/3)x + 1) · x²"),
        ("x^2 + x + x - 2x", "x²"),
        ("-(2x^2) - 0.5x", "(-2x - 0.5) · x"),
        ("x + x", "2x"),
        ("3x - x^4 + 2", "(3 - x³) · x + 2"),
        ("x^2 - 2x^2", "-1x²"),
    ],
)
def test_terms_of_one_sum_are_nested(text: str, nested: str) -> None:
    found = in_horner_form(body(text))
    assert found is not None
    assert text_of(found) == nested
    for value in (-2.5, 0.3, 7.0):
        at = {"x": mpf(value)}
        assert abs(exact(found, at) - exact(body(text), at)) < mpf(10) ** -40


@pytest.mark.parametrize(
    "text",
    [
        "x + 1",
        "x^2 + sin(x)",
        "x^2 + 1/x",
        "x^2 + 2^x",
        "(x - 1)^3 + x^2",
        "x^2 - x^2 + 1 + 0x",
        "x^2 + pi * x",
        "x^65 + x",
        "x - x",
        "x^2 + x/0",
    ],
)
def test_what_is_no_longer_sum_of_powers_stays(text: str) -> None:
    assert in_horner_form(body(text)) is None


def test_two_inputs_are_none_of_its_business() -> None:
    assert in_horner_form(apply("add", apply("pow", x, 2), Name("y"))) is None
    assert in_horner_form(apply("add", apply("mul", x, Name("y")), apply("pow", x, 2))) is None


def test_the_length_of_a_sum_and_its_sharing_are_bounded() -> None:
    shared: Node = apply("pow", x, 2)
    for _ in range(60):
        shared = apply("add", shared, shared)
    assert in_horner_form(shared) is None
    product: Node = x
    for _ in range(60):
        product = apply("mul", product, product)
    assert in_horner_form(apply("add", product, number(1))) is None
