"""What /root is asked is read, or told what is wrong with it and where; nothing raises or hangs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.formula.limits import CHARACTERS
from engine.formula.request import read_formula
from engine.formula.root_request import RootRequest, read_root
from engine.formula.tree import Formula
from engine.formula.writing.text import text_of
from engine.records import Note
from engine.records.gradients import Misread


def read(text: str) -> RootRequest:
    found = read_root(text)
    assert isinstance(found, RootRequest), found
    return found


def mistake(text: str) -> Misread:
    found = read_root(text)
    assert isinstance(found, Misread), found
    return found


def written(text: str) -> str:
    return text_of(read(text).formula.body)


@pytest.mark.parametrize(
    "text",
    [
        "x**7+5*x**3+17*x-9 on -10 10 from 10",
        "x**7+5*x**3+17*x−9 on −10 10 from 10",
        "x ** 7 + 5 * x ** 3 + 17 * x - 9 on -10 10 from 10",
        "x^7+5·x^3+17×x – 9 on –10 10 from 10",
        "x⁷ + 5x³ + 17x — 9 на [−10; 10] от 10",
        "х^7 + 5х^3 + 17х - 9 на отрезке [-10, 10], начиная с 10",
        "x^7+5x^3+17x-9\non -10\u00a010\nfrom 10",
        "x^7+5x^3+17x-9 from 10 on -10 10.",
        "x^7 + 5x^3 + 17x = 9 x0=10 on -10…10",
        "f(x) = x**7+5*x**3+17*x-9 ON -10 10 FROM 10",
        "найди корень уравнения x^7+5x^3+17x-9=0 на [-10,10] из точки x=10",
    ],
)
def test_the_polynomial_of_the_course_however_it_is_typed(text: str) -> None:
    request = read(text)

    polynomial = read_formula("x^7 + 5x^3 + 17x - 9")
    assert isinstance(polynomial, Formula)
    values = [_value(request.formula, x) for x in (-2, 0, 1, 3)]
    assert values == [_value(polynomial, x) for x in (-2, 0, 1, 3)]
    assert (request.bracket, request.start, request.tol) == ((-10, 10), 10, None)


def _value(formula: Formula, x: int) -> Fraction:
    """By Python's own arithmetic."""
    text = text_of(formula.body).translate(str.maketrans("⁷³", "73"))
    terms = text.replace("x7", "x**7").replace("5x3", "5*x**3").replace("17x", "17*x")
    return Fraction(
        sum(_term(term, x) for term in terms.replace("- ", "-").split(" ") if term != "+")
    )


def _term(term: str, x: int) -> int:
    factor, _, power = term.rpartition("x**")
    if power and "x" in term:
        base = x ** int(power) if "**" in term else x
        return int(factor.rstrip("*") or 1) * base
    return int(term[:-2]) * x if term.endswith("*x") else int(term)
