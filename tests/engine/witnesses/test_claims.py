"""A student's own derivative: accepted in any form, refused with a counter-example and a hint."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from engine.formula.request import Claim
from engine.formula.writing.text import text_of
from engine.records import Check
from engine.witnesses.claims import check
from tests.engine.formula.formulas import Example, apply, scalar_examples
from tests.engine.witnesses.asked import derivatives, gradient


def checked(text: str) -> Check:
    (found,) = gradient(text).checks
    return found


RIGHT = [
    "x^2 + xy + (x + y)^2 at x=2, y=2 check x: 4x + 3y",
    "x^2 + xy + (x + y)^2 check y: x + 2(x + y)",
    "x^2 check 2x",
    "sin(x)cos(x) check cos(2x)",
    "sigmoid(x) check sigmoid(x)(1 - sigmoid(x))",
    "sigmoid(x) check exp(-x)/(1 + exp(-x))^2",
    "log(x) check 1/x",
    "x^x check x^x * (log(x) + 1)",
    "sqrt(x) check 1/(2sqrt(x))",
    "sqrt(x) check 0.5/sqrt(x)",
    "tanh(x) check 1 - tanh(x)^2",
    "abs(x) check x/abs(x)",
    "abs(x) at x=0 check sign(x)",
    "relu(x) at x=0 check where(x >= 0, 1, 0)",
    "relu(x) - relu(-x) at x=0 check 1",
    "5x + y check y: 1",
    "sum(x^2) at x=[1, 2, 3] check 2x",
    "dot(w, x) at w=[1, 2], x=[3, 4] check w: x",
    "sum(x) at x=[1, 2, 3] check [1, 1, 1]",
]


@pytest.mark.parametrize("text", RIGHT)
def test_right_in_any_form(text: str) -> None:
    found = checked(text)

    assert found.equal is True
    assert (found.counter, found.hint) == ("", None)


WRONG = {
    "x^2 + xy + (x + y)^2 at x=2, y=2 check x: 2x + y": "hint.missing_term",
    "x^2 + xy + (x + y)^2 at x=2, y=2 check x: 3x + 2y": "hint.other_variable",
    "x^2 check -2x": "hint.sign",
    "x^2 check x^2": "hint.itself",
    "cos(x) check sin(x)": "hint.sign",
    "x^2 + 5 check 2x + 5": "hint.kept_term",
    "sin(x^2) check cos(x^2)": "hint.chain",
    "exp(-x^2) check exp(-x^2)": "hint.itself",
    "(x^2 + 1)^5 check 5(x^2 + 1)^4": "hint.chain",
    "x + sin(3x) check 1 + cos(3x)": "hint.chain",
    "x^3 check 3x^3": "hint.power",
    "x^3 check x^2": "hint.power_factor",
    "x*sin(x) check cos(x)": "hint.product",
    "sin(x)/x^2 check cos(x)/(2x)": "hint.quotient",
    "2^x check x*2^(x-1)": "hint.exponential",
    "exp(x) check x*exp(x-1)": "hint.exponential",
    "x^4 check 8x^3": "hint.factor",
    "sum(x^2) at x=[1, 2, 3] check -2x": "hint.sign",
    "sum(x) at x=[1, 2, 3] check 1": "hint.shape",
    "sum(x) at x=[1, 2, 3] check [1, 1]": "hint.shape",
    "sum(x) at x=[1, 2, 3] check x + [1, 1]": "hint.fails",
    "x^2 at x=2 check where(x == 2, 5, 2x)": "hint.only_there",
    "x^2 check 17x + 4": None,
}


@pytest.mark.parametrize("text", WRONG)
def test_wrong_is_recognised(text: str) -> None:
    found = checked(text)

    assert found.equal is False
    assert (found.hint.key if found.hint else None) == WRONG[text]


def test_counter_example_is_the_students_own_point() -> None:
    found = checked("x^2 + y at x=3, y=1 check x: x + 3y + 1")

    assert (found.counter, found.claimed, found.right) == ("x = 3, y = 1", "7", "6")


def test_counter_example_has_small_numbers_where_the_own_point_agrees() -> None:
    found = checked("x^2 at x=2 check x^2")

    assert (found.counter, found.claimed, found.right) == ("x = 1", "1", "2")


def test_counter_example_of_many_inputs_is_any_point() -> None:
    found = checked("a*b*c*d check a: b*c + d")

    assert found.equal is False
    assert found.counter.startswith("a = ")


def test_factor_is_a_fraction() -> None:
    hint = checked("x^4 check (4/3)x^3").hint

    assert hint is not None
    assert hint.values == {"factor": "1/3"}


def test_forgotten_term_is_named() -> None:
    hint = checked("x^2 - 3x + sin(x) check 2x + cos(x)").hint

    assert hint is not None
    assert hint.values["term"] == "-3x"


def test_nothing_is_decided_where_there_is_no_value() -> None:
    assert checked("sqrt(0 - 1 - x^2) check x").equal is None
    assert checked("sum(x) check [1, 1]").equal is None


@settings(max_examples=60, deadline=None)
@given(scalar_examples(12))
def test_derivative_is_accepted_and_its_neighbour_is_not(example: Example) -> None:
    formula, found = example.formula, derivatives(example.formula)
    name = formula.inputs[0]
    right = Claim(name, found[name], text_of(found[name]))
    wrong = Claim(name, apply("add", found[name], apply("sin", 1)), "")

    assert check(right, formula, found, {}).equal is not False
    assert check(wrong, formula, found, {}).equal is not True


def test_tensor_claim_is_told_with_its_values() -> None:
    found = checked("sum(x^2) at x=[1, 2, 3] check 3x")

    assert (found.equal, found.claimed, found.right) == (False, "[3, 6, 9]", "[2, 4, 6]")


def test_claim_without_a_value_on_a_part_is_wrong_there() -> None:
    found = checked("x^2 check 2sqrt(x)^2")

    assert (found.equal, found.counter, found.claimed, found.right) == (
        False,
        "x = -1",
        "nan",
        "-2",
    )


def test_counter_example_tells_the_numbers_apart() -> None:
    found = checked("x^2 check 2x + 0.0000000001")

    assert (found.claimed, found.right) == ("4.0000000001", "4.0")


@pytest.mark.parametrize("text", ["relu(x) check 1", "abs(x) check 0"])
def test_right_times_nothing_is_no_hint(text: str) -> None:
    assert checked(text).hint is None


def test_kink_is_no_counter_example() -> None:
    assert checked("abs(x) at x=0 check 5").counter == "x = 2"
