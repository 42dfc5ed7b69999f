"""Generated loops against the loops that call f and f': the same numbers, step for step."""

from __future__ import annotations

import math

import pytest

from engine.formula.writing.source import compiled, python_source
from engine.roots.bisection import halve
from engine.roots.generated import generated
from engine.roots.newton import descend
from engine.roots.safeguarded import enclose
from tests.engine.roots.of_one_input import TEXTS, Case, case, random_cases

STARTS = [0.0, 1.0, -1.5, 0.5, 10.0, -300.0, 1e200, math.inf, math.nan]
BRACKETS = [(0.0, 1.0), (-1.0, 2.0), (2.0, -2.0), (1e-3, 1e4), (-1e308, 1e308), (1.0, 2.0)]
TOLS = [1e-5, 1e-12, 0.0]


def same(found: tuple[float, ...], expected: tuple[float, ...]) -> bool:
    """Equal to the last bit; nan is nan."""
    return list(map(repr, found)) == list(map(repr, expected))


def agree(each: Case, tol: float) -> None:
    solvers = generated(each.formula, each.slope)
    functions = compiled(python_source(each.formula, each.slope))
    f, df = functions["f"], functions["df"]
    for start in STARTS:
        expected = descend(f, df, start, tol, 40)
        assert same(solvers.newton(start, tol, 40), expected), (each, start)
    for lower, upper in BRACKETS:
        halved = halve(f, lower, upper, tol)
        assert same(solvers.bisection(lower, upper, tol), halved), (each, lower, upper)
        start = 0.25 * lower + 0.75 * upper
        enclosed = enclose(f, df, lower, upper, start, tol)[:3]
        found = solvers.safeguarded(lower, upper, start, tol)
        assert same(found, enclosed), (each, lower, upper)


@pytest.mark.parametrize("text", TEXTS)
def test_every_method_comes_to_the_same_by_the_same_steps(text: str) -> None:
    for tol in TOLS:
        agree(case(text), tol)


def test_random_formulas_too() -> None:
    cases = random_cases(range(150))
    assert len(cases) > 100
    for each in cases:
        agree(each, 1e-9)


def test_the_polynomial_of_the_course_takes_as_many_steps_as_it_is_known_to() -> None:
    of_course = case("x^7 + 5x^3 + 17x - 9")
    solvers = generated(of_course.formula, of_course.slope)
    root, value, steps = solvers.newton(0.5, 1e-12, 50)
    assert root == pytest.approx(0.493617117798773127, abs=1e-15)
    assert (abs(value) <= 1e-12, steps) == (True, 3)
    assert solvers.newton(10.0, 1e-5, 50)[2] == 17
    assert solvers.bisection(-10.0, 10.0, 1e-5)[2] == 21


@pytest.mark.parametrize("name", ["value", "steps", "λ", "tol", "t", "k"])
def test_an_input_of_any_name_is_a_variable_of_the_code(name: str) -> None:
    of_name = case(f"f({name}) = {name}^2 - 2")
    solvers = generated(of_name.formula, of_name.slope)
    assert solvers.newton(1.0, 1e-12, 50)[0] == pytest.approx(math.sqrt(2))
    assert solvers.safeguarded(0.0, 2.0, 0.1, 1e-12)[0] == pytest.approx(math.sqrt(2))
