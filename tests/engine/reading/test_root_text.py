"""What is left of a message that asks for a root is what `read_root` reads."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.formula.root_request import RootRequest, read_root
from engine.reading.root_text import is_equation, root_in

ASKING = st.sampled_from(
    ["найди корень {}", "Реши уравнение {}.", "{}, найди корень", "find the root of {}", "solve {}"]
)
EQUATIONS = st.sampled_from(
    ["x^2 - 2", "x**7+5*x**3+17*x-9", "cos(x) - x", "f(x) = x^3 - 2", "x² = 2", "e^x = 3x + 1"]
)
BRACKETS = st.sampled_from(["", " на [0, 2]", " on -10 10", " между 0 и 1", ", x from 0 to 1"])
STARTS = st.sampled_from(["", " от 1", " from 1", ", начиная с 1", " x0=1", " из точки 1"])
TOLERANCES = st.sampled_from(["", " с точностью 1e-8", ", tol 1e-8", " точность до 1e-8"])


@given(ASKING, EQUATIONS, BRACKETS, STARTS, TOLERANCES)
def test_what_is_said_of_the_search_stays_with_the_equation(
    asking: str, equation: str, bracket: str, start: str, tolerance: str
) -> None:
    found = root_in(asking.format(f"{equation}{bracket}{start}{tolerance}"))

    assert found == f"{equation}{bracket}{start}{tolerance}"
    assert isinstance(read_root(found), RootRequest)


def test_a_part_before_the_formula_goes_behind_it() -> None:
    assert root_in("найди корень на [0, 2] для x^2 - 2") == "x^2 - 2 на [0, 2]"
    assert root_in("корень на отрезке от 0 до 2: x^2 - 2") == "x^2 - 2 на отрезке от 0 до 2"
    assert root_in("начиная с 1 найди корень x^2 - 2") == "x^2 - 2 начиная с 1"


@pytest.mark.parametrize(
    "text", ["корень x^2 - 2 и x^2 - 3", "реши x^2 = 2 или x^3 = 3", "root of x^2 and of x^3"]
)
def test_two_formulas_are_not_made_one(text: str) -> None:
    assert root_in(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x^2 = 2", True),
        ("x = x²", True),
        ("y = x²", False),
        ("f(x) = x²", False),
        ("x^2 при x=1", False),
        ("loss^2 = 1", False),
        ("a^2 = b", False),
        ("x^2", False),
        ("x^2 = 2 быстро", False),
    ],
)
def test_an_equation(text: str, *, found: bool) -> None:
    assert is_equation(text) is found


WORDS = (
    "корень корни реши уравнение solve root of найди x^2 - 2 x = 0 на [0, 2] от 1 и из с равно "
    "нулю где ноль функции при каком x ( ) [ : , . ? cos(x) 1e-8 tol точность for which is zero"
)


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS.split(" ")), max_size=20).map(" ".join) | st.text(max_size=80)
)
def test_words_in_any_order_raise_nothing(text: str) -> None:
    found = root_in(text)

    assert found is None or found
    assert is_equation(text) in (True, False)
