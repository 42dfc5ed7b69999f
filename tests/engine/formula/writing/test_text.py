"""Formulas as text: what they look like, and that they read back as the same."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from engine.formula.exact import exact, values_of
from engine.formula.operations import OPERATIONS
from engine.formula.request import read_formula
from engine.formula.tree import Array, Compare, Constant, Formula, Index, Name, Node
from engine.formula.writing.number_text import number_text
from engine.formula.writing.text import TEXT, text_of
from tests.engine.formula.formulas import Example, apply, number, scalar_examples, tensor_examples

x, y, z, a, b = map(Name, ("x", "y", "z", "A", "B"))
half = number("1/2")
plus = apply("add", x, y)
square = apply("pow", x, 2)


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (apply("add", apply("add", square, apply("mul", x, y)), apply("pow", plus, 2)),
         "x² + xy + (x + y)²"),
        (apply("mul", 2, plus), "2(x + y)"),
        (apply("mul", apply("mul", 3, square), y), "3x²y"),
        (apply("mul", 3, apply("mul", square, y)), "3x²y"),
        (apply("div", number(1), apply("mul", 2, x)), "1/(2x)"),
        (apply("mul", apply("div", number(1), number(2)), x), "(1/2)x"),
        (apply("mul", number("1/3"), x), "(1/3)x"),
        (apply("pow", x, -1), "x⁻¹"),
        (apply("pow", x, apply("div", number(1), number(2))), "x^(1/2)"),
        (apply("pow", x, half), "x^0.5"),
        (apply("pow", apply("neg", x), 2), "(-x)²"),
        (apply("pow", square, 3), "(x²)³"),
        (apply("pow", number(2), apply("neg", x)), "2^(-x)"),
        (apply("pow", number(2), Index(x, (0,))), "2^(x[0])"),
        (apply("mul", apply("pow", number(2), x), y), "2^x · y"),
        (apply("mul", apply("sin", x), apply("cos", y)), "sin(x) · cos(y)"),
        (apply("mul", Name("x_1"), y), "x_1 · y"),
        (apply("mul", 2, Name("x_1")), "2x_1"),
        (apply("mul", 2, Name("e1")), "2 · e1"),
        (apply("mul", x, plus), "x · (x + y)"),
        (apply("mul", number(2), number(3)), "2 · 3"),
        (apply("mul", 2, Constant("pi")), "2pi"),
        (apply("mul", x, Constant("e")), "x · e"),
        (apply("mul", apply("neg", x), y), "-xy"),
        (apply("mul", x, apply("neg", y)), "x · (-y)"),
        (apply("neg", apply("mul", x, y)), "-xy"),
        (apply("neg", plus), "-(x + y)"),
        (apply("add", x, apply("neg", apply("mul", y, z))), "x - yz"),
        (apply("add", x, number(-3)), "x - 3"),
        (apply("sub", x, apply("neg", y)), "x - (-y)"),
        (apply("sub", x, apply("sub", y, z)), "x - (y - z)"),
        (apply("add", x, apply("sub", y, z)), "x + y - z"),
        (apply("div", apply("mul", x, y), z), "xy/z"),
        (apply("mul", x, apply("div", y, z)), "x · (y/z)"),
        (apply("div", x, apply("div", y, z)), "x/(y/z)"),
        (apply("div", apply("div", x, y), z), "(x/y)/z"),
        (apply("div", apply("mul", x, apply("sin", y)), z), "(x · sin(y))/z"),
        (apply("where", Compare(">", x, number(0)), x, number(0)), "where(x > 0, x, 0)"),
        (apply("sum", x, dim=-1), "sum(x, dim=-1)"),
        (apply("matmul", apply("matmul", a, b), x), "A @ B @ x"),
        (apply("matmul", a, apply("matmul", b, x)), "A @ (B @ x)"),
        (apply("matmul", apply("mul", 2, a), plus), "(2A) @ (x + y)"),
        (apply("transpose", apply("matmul", a, b)), "(A @ B)ᵀ"),
        (apply("outer", x, y), "x @ yᵀ"),
        (apply("like", plus, a), "x + y"),
        (apply("mul", 2, apply("along", plus, a, dim=0)), "2(x + y)"),
        (apply("unlike", apply("mul", x, y), x), "Σ(xy)"),
        (apply("placed", number(3), Index(x, (0, 1))), "3δ[0, 1]"),
        (apply("div", x, apply("count", a)), "x/n"),
        (apply("others", x), "∏ⱼ≠ᵢ(x)"),
        (Array((2, 2), tuple(number(each).value for each in (1, "0.5", -2, "1/3"))),
         "[[1, 0.5], [-2, 1/3]]"),
        (apply("neg", apply("neg", x)), "-(-x)"),
    ],
)  # fmt: skip
def test_formulas_are_written_as_a_teacher_writes_them(node: Node, text: str) -> None:
    assert text_of(node) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"), ("0.1", "0.1"), ("-1.5", "-1.5"), ("1/3", "1/3"), ("1/1024", "0.0009765625"),
        ("1/8192", "0.0001220703125"), ("1/1048576", "1/1048576"), ("1e-9", "1e-9"),
        ("-2.5e-7", "-2.5e-7"), ("1e-5", "0.00001"), ("1000000", "1000000"), ("1e15", "1e15"),
        ("123456789012345678", "123456789012345678"), ("1e400", "1e400"),
    ],
)  # fmt: skip
def test_numbers_are_exact_and_short(value: str, text: str) -> None:
    assert number_text(number(value).value) == text


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(scalar_examples(), tensor_examples()))
def test_what_is_written_reads_back_with_the_same_value(example: Example) -> None:
    formula = example.formula
    text = text_of(formula.body)
    read = read_formula(f"f({', '.join(formula.inputs)}) = {text}")
    assume(isinstance(read, Formula) or "mistake.exponent" in str(read))
    assert isinstance(read, Formula), read
    values = values_of(example.point)
    with mp.workdps(50):
        found, right = exact(read.body, values), exact(formula.body, values)
        assert np.shape(found) == np.shape(right)
        pairs = zip(np.ravel(found), np.ravel(right), strict=True)
        assert all(f == r or abs(f - r) <= abs(r) * mpf(10) ** -30 or r != r for f, r in pairs)


def test_letters_side_by_side_never_make_a_function_or_a_module() -> None:
    for letters in product("lngtpixsF", repeat=3):
        body = apply("mul", apply("mul", Name(letters[0]), Name(letters[1])), Name(letters[2]))
        head = ", ".join(dict.fromkeys(letters))
        read = read_formula(f"f({head}) = {text_of(body)}")
        assert isinstance(read, Formula)
        assert read.body == body


def test_letters_side_by_side_never_make_another_input() -> None:
    assert text_of(apply("add", apply("mul", x, y), Name("xy"))) == "x · y + xy"


def test_the_table_knows_every_operation() -> None:
    assert TEXT.keys() == OPERATIONS.keys()
