"""Random polynomials: what a method claims is so, by Sturm's theorem in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction

import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sympy import Poly, Rational, Symbol, gcd

from engine.derivation import derivative
from engine.formula.tree import Apply, Formula, Name, Node, Number
from engine.formula.writing.source import compiled, python_source
from engine.formula.writing.torch_function import torch_function
from engine.records.roots import Status
from engine.roots.bisection import bisection
from engine.roots.bracket import bracket
from engine.roots.certificate import certified
from engine.roots.exact_root import Kind, exact_root
from engine.roots.newton import newton
from engine.roots.safeguarded import safeguarded
from engine.roots.tensors import bisection_of_tensors
from tests.engine.formula.formulas import Example, scalar_examples

x = Symbol("x")
TOL = 1e-7
EXAMPLES = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
COEFFICIENTS = st.lists(st.integers(-9, 9), min_size=2, max_size=7).filter(lambda each: each[0])
POINTS = st.floats(-4, 4, width=16)


def tree(coefficients: list[int]) -> Formula:
    """A polynomial by Horner's scheme."""
    body: Node = Number(Fraction(coefficients[0]))
    for each in coefficients[1:]:
        body = Apply("add", (Apply("mul", (body, Name("x"))), Number(Fraction(each))))
    return Formula("f", ("x",), body)


def roots_between(polynomial: Poly, lower: float, upper: float) -> int:
    return int(polynomial.count_roots(Rational(lower), Rational(upper)))


@EXAMPLES
@given(COEFFICIENTS, POINTS, POINTS)
def test_the_last_bracket_of_bisection_holds_a_root(
    coefficients: list[int], lower: float, upper: float
) -> None:
    polynomial, formula = Poly(coefficients, x), tree(coefficients)
    assume(gcd(polynomial, polynomial.diff()).degree() == 0)
    f = compiled(python_source(formula))["f"]
    for found in (
        bisection(f, lower, upper, TOL),
        bisection_of_tensors(torch_function(formula), lower, upper, TOL, torch.float64),
    ):
        if found.status is Status.NO_SIGN_CHANGE:
            assert polynomial.eval(Rational(lower)) * polynomial.eval(Rational(upper)) > 0
            continue
        assert found.status is Status.CONVERGED
        half = found.width / 2 + 1e-9  # rounding near a root that others are close to
        assert roots_between(polynomial, found.root - half, found.root + half) >= 1


@EXAMPLES
@given(COEFFICIENTS, POINTS)
def test_where_newton_came_to_a_root_there_is_one(coefficients: list[int], start: float) -> None:
    polynomial, formula = Poly(coefficients, x), tree(coefficients)
    slope = derivative(formula, "x", {})
    functions = compiled(python_source(formula, slope))
    found = newton(functions["f"], functions["df"], start, TOL)
    if found.status.reached:
        found = certified(found, exact_root(formula, found.root, slope=slope), TOL)
        assert found.status.reached
        near = 0.2 if found.status is Status.MULTIPLE else 0.01 * max(1, abs(found.root))
        assert roots_between(polynomial, found.root - near, found.root + near) >= 1
    else:
        assert not found.residual <= TOL or found.status is Status.FLAT


@EXAMPLES
@given(COEFFICIENTS, POINTS)
def test_a_bracket_that_was_found_holds_a_root(coefficients: list[int], start: float) -> None:
    polynomial, formula = Poly(coefficients, x), tree(coefficients)
    slope = derivative(formula, "x", {})
    functions = compiled(python_source(formula, slope))
    found = bracket(functions["f"], start)
    if found is None:
        even = len(coefficients) % 2 == 1
        assert even
        return
    assert roots_between(polynomial, *found) >= 1
    inside = safeguarded(functions["f"], functions["df"], *found, start, TOL)
    assert inside.status.reached
    assert found[0] <= inside.root <= found[1]


@EXAMPLES
@given(scalar_examples())
def test_every_formula_comes_to_an_end(example: Example) -> None:
    formula = example.formula
    assume(len(formula.inputs) == 1)
    (name,) = formula.inputs
    slope = derivative(formula, name, {})
    functions = compiled(python_source(formula, slope))
    start = float(example.point[name].values[0])
    found = newton(functions["f"], functions["df"], start, TOL)
    exact = exact_root(formula, found.root, slope=slope)
    if certified(found, exact, TOL).status.reached:
        assert exact.kind in (Kind.ROOT, Kind.UNKNOWN)
        assert found.residual <= TOL or found.status is Status.STAGNATED
