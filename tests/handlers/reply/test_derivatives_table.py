"""Jacobians, Hessians and higher orders, as a phone shows them."""

from __future__ import annotations

import html
import re

import pytest

from engine.records import Note, Table
from handlers.reply.derivatives_table import derivatives_table
from handlers.words import Words
from tests.handlers.reply.test_derivation import gradient


def shown(text: str) -> list[str]:
    (table,) = gradient(text).tables
    words = derivatives_table(table, "f", Words()("ru"))
    lines = html.unescape(re.sub("<[^>]+>", "", words)).splitlines()
    assert max(map(len, lines[1:])) <= 35
    return lines[1:]


def test_jacobian_has_the_digits_that_fit_into_a_line() -> None:
    assert shown("softmax(x) at x=[1,2,3]") == [
        "          x[0]      x[1]      x[2]",
        "f[0]   0.08193  -0.02203  -0.05989",
        "f[1]  -0.02203    0.1848   -0.1628",
        "f[2]  -0.05989   -0.1628    0.2227",
    ]


def test_jacobian_that_is_too_wide_is_told_row_by_row() -> None:
    lines = shown("softmax(x) at x=[1,2,3,4,5]")

    assert lines[0].startswith("f[0]: 0.")
    assert lines[1].startswith("  ")


def test_hessian_names_each_formula_once_in_full() -> None:
    assert shown("x^2*y + y^3 hessian") == [
        "∂²f/∂x² = 2y",
        "∂²f/∂x∂y = 2x",
        "∂²f/∂y² = 6y",
    ]


def test_hessian_at_a_point_leaves_out_what_the_numbers_say() -> None:
    assert shown("x^2*y at x=2, y=3 hessian") == [
        "   x  y",
        "x  6  4",
        "y  4  0",
        "∂²f/∂x² = 2y",
        "∂²f/∂x∂y = 2x",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x^5 at x=2 order 3", "∂³f/∂x³ = 60x² = 240"),
        ("x^5 order 3", "∂³f/∂x³ = 60x²"),
        ("x^3 at x=2 order 3", "∂³f/∂x³ = 6"),
    ],
)
def test_higher_orders_stand_one_in_a_line(text: str, line: str) -> None:
    assert shown(text) == [line]


def test_gradient_row_repeats_no_derivative() -> None:
    assert shown("x^2*y at x=1, y=2 jacobian") == ["   x  y", "f  4  1"]


def test_gradient_row_without_numbers_shows_the_formulas() -> None:
    assert shown("x^2*y jacobian") == ["∂f/∂x = 2xy", "∂f/∂y = x²"]


def test_title_without_words_is_left_out() -> None:
    table = Table(Note("table.unknown"), ("x",), ("f",), (("1",),), ())

    assert derivatives_table(table, "f", Words()("ru")) == "<pre>   x\nf  1</pre>"
