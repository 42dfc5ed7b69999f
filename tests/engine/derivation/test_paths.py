"""Derivatives as a teacher writes them, equal to torch's, step by step."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from mpmath import mp, mpf

from engine.derivation.paths import Step, derivative, paths, summands, total
from engine.derivation.weights import TooLong
from engine.formula.exact import Values, exact, values_of
from engine.formula.operations import OPERATIONS
from engine.formula.shapes import assumed_shapes
from engine.formula.tree import Apply, Formula, Name, Node, Point, walk, with_children
from engine.formula.writing.text import text_of
from engine.formula.writing.torch_function import torch_function
from tests.engine.derivation.cases import at_fifty, autograd, floats, shapes, tensor
from tests.engine.formula.asking import read
from tests.engine.formula.conditions import tolerance
from tests.engine.formula.formulas import Example, scalar_examples, tensor_examples

EPS = mpf(2) ** -52
TABLE = [
    ("f(x, y) = x^2 + xy + (x + y)^2", "x", "2x + y + 2(x + y)"),
    ("f(x, y) = x^2 + xy + (x + y)^2", "y", "x + 2(x + y)"),
    ("x - (y - x)", "x", "2"),
    ("x - (y - x)^2", "x", "1 + 2(y - x)"),
    ("3x^2 - 5", "x", "6x"),
    ("x/y", "x", "1/y"),
    ("x/y", "y", "-x/y²"),
    ("3/x", "x", "-3/x²"),
    ("(x^2 + y)/(x - 1)", "x", "2x/(x - 1) - (x² + y)/(x - 1)²"),
    ("x * sin(x)", "x", "sin(x) + x · cos(x)"),
    ("sin(cos(2x))", "x", "-2 · cos(cos(2x)) · sin(2x)"),
    ("exp(-x^2/2)", "x", "-exp(-x²/2) · x"),
    ("ln(x)", "x", "1/x"),
    ("sqrt(x^2 + 1)", "x", "2x/(2 · sqrt(x² + 1))"),
    ("x^0.5", "x", "0.5x^(-0.5)"),
    ("x^1", "x", "1"),
    ("x^0", "x", "0"),
    ("x^x", "x", "x · x^(x - 1) + x^x · log(x)"),
    ("2^x", "x", "2^x · log(2)"),
    ("a^x", "x", "a^x · log(a)"),
    ("sigmoid(x)", "x", "sigmoid(x) · (1 - sigmoid(x))"),
    ("softplus(x)", "x", "sigmoid(x)"),
    ("silu(x)", "x", "sigmoid(x) + x · sigmoid(x) · (1 - sigmoid(x))"),
    ("gelu(x)", "x", "(1 + erf(x/sqrt(2)))/2 + (x · exp(-x²/2))/sqrt(2pi)"),
    ("relu(x)", "x", "where(x > 0, 1, 0)"),
    ("max(x, y)", "y", "where(y > x, 1, where(y == x, 0.5, 0))"),
    ("where(x > 0, x^2, -x)", "x", "2 · where(x > 0, 1, 0) · x - where(x > 0, 0, 1)"),
    ("floor(x) + x", "x", "1"),
    ("norm(x)", "x", "x/norm(x)"),
    ("sum(x^2)", "x", "2x"),
    ("mean(x^2)", "x", "2x/n"),
    ("logsumexp(x)", "x", "softmax(x)"),
    ("softmax(x)[0]", "x", "softmax(x) · (δ[0] - softmax(x)[0])"),
    ("log_softmax(x)[1]", "x", "δ[1] - softmax(x)"),
    ("x[0]^2 + x[1]", "x", "2x[0] · δ[0] + δ[1]"),
    ("dot(u, v)", "u", "v"),
    ("sum(A @ x)", "x", "Aᵀ @ 1"),
    ("sum((A@x - b)^2)", "x", "2(Aᵀ @ (A @ x - b))"),
    ("sum((A@x - b)^2)", "A", "2((A @ x - b) @ xᵀ)"),
    ("sum((A@x - b)^2)", "b", "-2(A @ x - b)"),
]
SLOW = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much]
)


@pytest.mark.parametrize(("text", "name", "form"), TABLE)
def test_form_is_what_a_teacher_writes(text: str, name: str, form: str) -> None:
    formula = read(text).formula
    assert text_of(derivative(formula, name, assumed_shapes(formula))) == form


def test_seminar_formula_has_three_paths_to_x() -> None:
    request = read("f(x, y) = x^2 + xy + (x + y)^2 at x=2, y=2")
    found = paths(request.formula, "x", {})
    assert [text_of(path.term) for path in found] == ["x²", "xy", "(x + y)²"]
    assert [int(at_fifty(path.contribution, request.point)) for path in found] == [4, 2, 8]


def test_no_path_leads_through_a_condition() -> None:
    formula = read("where(x > 0, y, 2y)").formula
    assert paths(formula, "x", {}) == ()
    assert text_of(derivative(formula, "x", {})) == "0"


def test_summands_carry_their_signs() -> None:
    terms = summands(read("x - (y - z) + u*v").formula.body)
    assert [text_of(term) for term in terms] == ["x", "-y", "z", "uv"]


@pytest.mark.parametrize("text", ["*".join(["x"] * 100), "^".join(["x"] * 30)])
def test_what_would_grow_too_long_is_refused(text: str) -> None:
    with pytest.raises(TooLong):
        derivative(read(text).formula, "x", {})


def test_nested_softmax_is_refused_before_it_grows() -> None:
    """Every softmax takes the adjoint twice: 2^35 nodes."""
    nested = "softmax(" * 35 + "x" + ")" * 35
    with pytest.raises(TooLong):
        derivative(read(f"dot({nested}, y)").formula, "x", {"x": (3,), "y": (3,)})


def agrees(example: Example, names: tuple[str, ...]) -> None:
    formula, point = example.formula, example.point
    said = autograd(formula, point)
    for name in names:
        node = derivative(formula, name, shapes(point))
        right = at_fifty(node, point)
        assert right.shape == point[name].shape
        bound = allowed(node, point)
        if bound is not None:
            assert torch.all(abs(floats(right) - said[name]) <= bound), text_of(node)


def allowed(node: Node, point: Point) -> torch.Tensor | None:
    """1e3 · eps · (1 + condition); an index in the tree cannot be moved to find the condition."""
    if any(isinstance(each, Apply) and each.op == "placed" for each in walk(node)):
        right = floats(at_fifty(node, point))
        return 1e-9 * (1 + abs(right).max()) if bool(torch.isfinite(right).all()) else None
    condition = tolerance(node, values_of(point))
    return None if condition is None else floats(1000 * EPS * (1 + condition))


@settings(SLOW, max_examples=100)
@given(scalar_examples(18))
def test_derivatives_of_numbers_are_torchs(example: Example) -> None:
    assume(tolerance(example.formula.body, values_of(example.point)) is not None)
    agrees(example, example.formula.inputs)


@settings(SLOW, max_examples=75)
@given(tensor_examples(10))
def test_derivatives_of_tensors_are_torchs(example: Example) -> None:
    assume(tolerance(example.formula.body, values_of(example.point)) is not None)
    agrees(example, example.formula.inputs)


@SLOW
@given(scalar_examples(20))
def test_every_step_holds(example: Example) -> None:
    """∂outer/∂inner is the difference quotient as this occurrence of inner alone is moved."""
    values = values_of(example.point)
    assume(tolerance(example.formula.body, values) is not None)
    for name in example.formula.inputs:
        for path in paths(example.formula, name, shapes(example.point)):
            for step in path.steps:
                check(step, values)


def check(step: Step, values: Values) -> None:
    assert step.local is not None
    with mp.workdps(60):
        local = exact(step.local, values, 60)
        here = exact(step.inner, values, 60)
        if not (mp.isfinite(local) and mp.isfinite(here)):
            return
        h = mpf(10) ** -20 * max(1, abs(here))
        below, at, above = (moved(step, here + sign * h, values) for sign in (-1, 0, 1))
        left, right = (at - below) / h, (above - at) / h
        jumps = abs(above - below) > mpf(10) ** -5  # sign rises by as much on both sides of 0
        if jumps or not abs(left - right) <= mpf(10) ** -12 * (1 + abs(left)):
            return  # a kink, a jump or a pole
    rounded = abs(at) * mpf(10) ** -38  # what 60 digits of a value leave of its quotient
    assert abs((left + right) / 2 - local) <= mpf(10) ** -10 * (1 + abs(local)) + rounded, step


def moved(step: Step, number: Any, values: Values) -> Any:
    args = list(step.outer.args) if isinstance(step.outer, Apply) else []
    args[step.place] = Name("moved")
    return exact(with_children(step.outer, tuple(args)), {**values, "moved": number}, 60)


@settings(SLOW, max_examples=50)
@given(scalar_examples(9))
def test_second_derivatives_are_torchs(example: Example) -> None:
    formula, point = example.formula, example.point
    values = values_of(point)
    name = formula.inputs[0]
    first = Formula("f", formula.inputs, derivative(formula, name, {}))
    assume(tolerance(formula.body, values) is not None)
    assume(tolerance(first.body, values) is not None)
    said = autograd(first, point)
    node = derivative(first, name, {})
    bound = tolerance(node, values)
    assume(bound is not None)
    right = float(exact(node, values))
    assert abs(right - float(said[name])) <= float(1000 * EPS * (1 + bound))
    twice = second_by_torch(formula, point, name)
    assert math.isclose(right, twice, rel_tol=1e-5, abs_tol=1e-6)


def second_by_torch(formula: Formula, point: Point, name: str) -> float:
    tensors = {each: tensor(point[each]) for each in formula.inputs}
    value = torch_function(formula)(*tensors.values())
    if not value.requires_grad:
        return 0.0
    (slope,) = torch.autograd.grad(
        value, [tensors[name]], create_graph=True, materialize_grads=True
    )
    if not slope.requires_grad:
        return 0.0
    (twice,) = torch.autograd.grad(slope, [tensors[name]], materialize_grads=True)
    return float(twice)


def test_contributions_add_up_to_the_derivative() -> None:
    request = read("f(x) = x[0]*sum(x) + norm(x)*max(x) at x=[1, 2, 3]")
    found = paths(request.formula, "x", {"x": (3,)})
    whole = total(found, "x", {"x": (3,)})
    parts = sum(floats(at_fifty(path.contribution, request.point)) for path in found)
    assert torch.allclose(floats(at_fifty(whole, request.point)), torch.as_tensor(parts))
    said = autograd(request.formula, request.point)["x"]
    assert torch.allclose(torch.as_tensor(parts), said)


def test_path_is_the_gradient_of_its_own_leaf() -> None:
    """Each occurrence of x made an input of its own: its gradient is the path's contribution."""
    request = read("f(x) = x*exp(x) - sin(x^2)/x at x=1.3")
    body, names = renamed(request.formula.body, "x", [])
    apart = Formula("f", tuple(names), body)
    said = autograd(apart, dict.fromkeys(names, request.point["x"]))
    found = paths(request.formula, "x", {})
    assert len(found) == len(names) == 4
    for path, name in zip(found, names, strict=True):
        right = float(at_fifty(path.contribution, request.point))
        assert right == pytest.approx(float(said[name]), rel=1e-13)


def renamed(node: Node, name: str, names: list[str]) -> tuple[Node, list[str]]:
    if isinstance(node, Name) and node.name == name:
        names.append(f"x{len(names)}")
        return Name(names[-1]), names
    if isinstance(node, Apply):
        return with_children(
            node, tuple(renamed(each, name, names)[0] for each in node.args)
        ), names
    return node, names


def test_derived_trees_stay_in_the_language() -> None:
    formula = read("sum(softmax(A@x) * y) + prod(x) + mean(A) + x[0]").formula
    for name in formula.inputs:
        derived = derivative(formula, name, {"A": (2, 3), "x": (3,), "y": (2,)})
        ops = {each.op for each in walk(derived) if isinstance(each, Apply)}
        assert ops <= OPERATIONS.keys()
