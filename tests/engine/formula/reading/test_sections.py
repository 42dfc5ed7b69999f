"""A request is parted into formula, claims and wishes."""

from __future__ import annotations

import pytest

from engine.formula.request import Want, read_formula
from tests.engine.formula.asking import read


@pytest.mark.parametrize(
    "text",
    [
        "найди производную x^2 + 3x",
        "Производная: x^2 + 3x",
        "градиент функции f(x) = x^2 + 3x",
        "grad x^2 + 3x",
        "derivative of x^2 + 3x",
        "x^2 + 3x по x",
        "d/dx (x^2 + 3x)",
        "∂/∂x(x^2 + 3x)",
        "x^2 + 3x.",
        "x^2 + 3x?",
        "\n\nx^2 + 3x\n",
        "f = x^2 + 3x",
        "частная производная по x: x^2 + 3x",
        "f(x) =\nx^2 + 3x",
    ],
)
def test_words_around_a_formula_are_passed(text: str) -> None:
    assert read_formula(text) == read_formula("f(x) = x**2 + 3*x")


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("x^2 check 2x", [("x", "2x")]),
        ("x^2 check: 2x", [("x", "2x")]),
        ("x^2 check x: 2x", [("x", "2x")]),
        ("x^2 check x = 2x", [("x", "2x")]),
        ("x^2 проверь 2x", [("x", "2x")]),
        ("x^2 проверить f' = 2x", [("x", "2x")]),
        ("x^2 check f'(x) = 2x at x=1", [("x", "2x")]),
        ("x^2 at x=1 check 2x", [("x", "2x")]),
        ("xy check df/dx = y", [("x", "y")]),
        ("xy check ∂f/∂y: x", [("y", "x")]),
        ("xy check d/dx = y", [("x", "y")]),
        ("xy check f_x = y, f'_y = x", [("x", "y"), ("y", "x")]),
        ("xy check x: y check y: x", [("x", "y"), ("y", "x")]),
        ("xy check x: y, y: x", [("x", "y"), ("y", "x")]),
        ("xy проверь x: y\ny: x", [("x", "y"), ("y", "x")]),
        ("f(x) = x^2\nf'(x) = 2x", [("x", "2x")]),
        ("f(x, y) = xy\ndf/dx = y\ndf/dy = x", [("x", "y"), ("y", "x")]),
        ("x^2 + 1", []),
    ],
)
def test_claims(text: str, claims: list[tuple[str, str]]) -> None:
    assert [(claim.name, claim.text) for claim in read(text).claims] == claims


def test_a_claim_is_read_as_a_formula_is() -> None:
    (claim,) = read("f(x, y) = x²y check x: 2xy").claims
    plain = read_formula("f(x, y) = 2*x*y")
    assert claim.body == getattr(plain, "body", None)


@pytest.mark.parametrize(
    ("text", "wants", "order"),
    [
        ("x^2", set(), 1),
        ("x^2 hessian", {Want.HESSIAN}, 1),
        ("гессиан x^2", {Want.HESSIAN}, 1),
        ("матрица Гессе функции x^2", {Want.HESSIAN}, 1),
        ("softmax(x) jacobian at x=[1, 2]", {Want.JACOBIAN}, 1),
        ("x^2 якобиан, гессиан", {Want.JACOBIAN, Want.HESSIAN}, 1),
        ("x^2 order 2", {Want.ORDER}, 2),
        ("x^2 порядок 4 при x=1", {Want.ORDER}, 4),
        ("x^2 at x=1, order 3", {Want.ORDER}, 3),
        ("x^2 check 2x hessian", {Want.HESSIAN}, 1),
    ],
)
def test_wishes(text: str, wants: set[Want], order: int) -> None:
    request = read(text)

    assert (set(request.wants), request.order) == (wants, order)
    assert request.formula == read_formula("f(x) = x**2") or "softmax" in text
