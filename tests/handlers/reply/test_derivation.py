"""Where a derivative comes from, as it is told: every path, every factor once."""

from __future__ import annotations

import html
import re

import pytest

from engine.gradients import explain
from engine.records import Call, Gradient, GradientReport, from_data
from handlers.reply.derivation import ROOM, derivation
from handlers.reply.text import shown_units
from handlers.words import Words


def gradient(text: str) -> Gradient:
    answer = explain(Call({"text": text}, (), {}, lambda event: None))
    found = from_data(GradientReport, answer.data).gradient
    assert found is not None
    return found


def told(text: str, language: str = "ru") -> str:
    words = derivation(gradient(text), Words()(language))
    assert words is not None
    assert shown_units(words) <= ROOM + 2
    return html.unescape(re.sub("<[^>]+>", "", words))


@pytest.mark.parametrize(
    ("summands", "ways"),
    [(2, "двумя путями"), (9, "девятью путями"), (10, "10 путями"), (21, "21 путём")],
)
def test_ways_are_counted_in_words_while_people_do(summands: int, ways: str) -> None:
    text = " + ".join(f"x^{n}" for n in range(2, summands + 2)) + " at x=1"

    assert f"x входит в f {ways}, вклады складываются:" in told(text)


def test_ways_are_counted_in_english() -> None:
    assert "x enters f in three ways, and the contributions add up:" in told(
        "f(x,y)=x^2+xy+(x+y)^2 at x=2, y=2", "en"
    )


def test_factors_call_what_is_inside_by_a_letter_and_say_so_once() -> None:
    lines = told("sin(exp(cos(x)+log(x))) at x=2").splitlines()

    assert lines.count("u — то, что внутри:") == 1
    assert "· sin(u) по u: cos(u) = 0.248982 (синус)" in lines
    assert "· exp(u) по u: exp(u) = 1.31917 (экспонента)" in lines
    assert "· log(x) по x: 1/x = 0.5 (логарифм)" in lines


def test_factor_of_two_paths_is_said_once() -> None:
    lines = told("sigmoid(wx+b) at w=1, x=2, b=0").splitlines()

    assert len([line for line in lines if line.startswith("· sigmoid(u) по u")]) == 1


def test_constant_factor_needs_no_line_of_its_own() -> None:
    lines = told("x^2*y at x=2, y=3").splitlines()

    assert "x²y → y · 2x = 12 (степень)" in lines
    assert not any(line.startswith("·") for line in lines)


def test_letter_is_not_one_of_the_inputs() -> None:
    assert "· sin(v) по v: cos(v)" in told("sin(u^2 + 1) * u at u=1")


def test_what_stands_twice_inside_is_written_out() -> None:
    assert "· exp(x)/(1 + exp(x)) по exp(x): 1/(1 + exp(x))" in told("exp(x)/(1+exp(x)) at x=1")


def test_equal_numbers_are_told_apart_by_the_derivative() -> None:
    text = told("xy at x=2, y=2")

    assert "Откуда ∂f/∂x = 2\n" in text
    assert "Откуда ∂f/∂y = 2\n" in text


def test_differences_without_an_error_are_told_so() -> None:
    assert told("x^2 at x=0").endswith(
        "Конечные разности с шагом 1e-5 дали в точности те же числа."
    )


def test_error_of_differences_that_are_not_believed_is_in_the_table_alone() -> None:
    assert "Конечные разности" not in told("relu(x) at x=0")


def test_formula_is_not_said_twice_without_a_point() -> None:
    assert told("sin(x)").startswith("Откуда f'(x)\n")


def test_constant_is_named_as_one() -> None:
    assert "y в f не входит, производная 0." in told("f(x, y) = x^2 at x=1, y=2")


def test_nothing_is_folded_where_nothing_is_derived() -> None:
    assert derivation(gradient("softmax(x, dim=0)"), Words()("ru")) is None


def test_long_derivations_end_in_an_ellipsis() -> None:
    factors = "*".join(f"sin({n}x + cos({n}x))" for n in range(2, 9))

    assert told(f"{factors} at x=1").endswith("\n…")
