"""What is inside a factor is called u, and only where that is surely the same."""

from __future__ import annotations

import pytest

from handlers.reply.inner import LETTERS, called, letter_besides


@pytest.mark.parametrize(
    ("text", "inner", "short"),
    [
        ("sin(exp(x))", "exp(x)", "sin(u)"),
        ("exp(x)²", "exp(x)", "u²"),
        ("2(A @ x - b)", "A @ x - b", "2u"),
        ("log2(x + 1)", "x + 1", "log2(u)"),
        ("sum((A @ x)²)", "(A @ x)²", "sum(u)"),
        ("sin(x) · cos(x) · y", "sin(x) · cos(x)", "u · y"),
        ("max(x + 1, y)", "x + 1", "max(u, y)"),
        ("exp(-x)", "-x", "exp(u)"),
    ],
)
def test_whole_of_what_is_inside_becomes_a_letter(text: str, inner: str, short: str) -> None:
    assert called(text, inner, "u") == short


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("2x + y", "x + y"),
        ("x + y²", "x + y"),
        ("xy²", "xy"),
        ("xy^3", "xy"),
        ("asin(x)", "sin(x)"),
        ("z/x · y", "x · y"),
        ("a - x - y", "x - y"),
        ("x/y/z", "y/z"),
    ],
)
def test_what_only_looks_the_same_stays(text: str, inner: str) -> None:
    assert called(text, inner, "u") == text


def test_letter_is_none_of_the_names() -> None:
    assert letter_besides(["x", "y"]) == "u"
    assert letter_besides(["u", "v"]) == "t"
    assert letter_besides(LETTERS) == ""
