"""Statuses that floats got wrong are put right, and the others stay."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from mpmath import mp, mpf

from engine.records.roots import Status
from engine.roots.bisection import bisection
from engine.roots.certificate import certified
from engine.roots.exact_root import ExactRoot, Kind, exact_root
from engine.roots.newton import newton
from engine.roots.safeguarded import safeguarded
from engine.roots.tensors import newton_by_autograd
from tests.engine.roots.asking import floats, formula, tensors

TOL = 1e-5


@pytest.mark.parametrize(
    ("text", "lower", "upper", "seen", "right"),
    [
        ("exp(x)", -1000.0, 10.0, Status.CONVERGED, Status.FLAT),
        ("tanh(1e17(x - 0.3) + 0.5)", 0.0, 1.0, Status.JUMP, Status.CONVERGED),
        ("tan(x)", 1.0, 2.0, Status.POLE, Status.POLE),
        ("1/x", -1.0, 1.0, Status.NON_FINITE, Status.POLE),
        ("log(x)", -1.0, 2.0, Status.NON_FINITE, Status.NON_FINITE),
        ("floor(x) - 0.5", 0.3, 3.0, Status.JUMP, Status.JUMP),
        ("x^3 - 2", 0.0, 3.0, Status.CONVERGED, Status.CONVERGED),
        ("x^3", -1.0, 2.0, Status.CONVERGED, Status.CONVERGED),
        ("x^2 + 1", 0.0, 3.0, Status.NO_SIGN_CHANGE, Status.NO_SIGN_CHANGE),
    ],
)
def test_bisection_is_certified(
    text: str, lower: float, upper: float, seen: Status, right: Status
) -> None:
    found = bisection(floats(text)[0], lower, upper, TOL)
    assert found.status is seen
    exact = exact_root(formula(text), found.root, (lower, upper))
    assert certified(found, exact, TOL).status is right


@pytest.mark.parametrize(
    ("text", "start", "seen", "right"),
    [
        ("exp(x)", -1000.0, Status.CONVERGED, Status.FLAT),
        ("exp(x)", 0.0, Status.FLAT, Status.FLAT),
        ("(x - 1)^20", 3.0, Status.FLAT, Status.MULTIPLE),
        ("(x - 1)(x - 1.0001)", 3.0, Status.MULTIPLE, Status.CONVERGED),
        ("(x - 1)^2", 3.0, Status.MULTIPLE, Status.MULTIPLE),
        ("(x - 1)^2", 1.0, Status.CONVERGED, Status.CONVERGED),
        ("abs(x)^2.5", 1.0, Status.MULTIPLE, Status.CONVERGED),
        ("abs(x - 1)^10.5", 3.0, Status.MULTIPLE, Status.CONVERGED),
        ("1e-20(x - 3)", 10.0, Status.FLAT, Status.FLAT),
        ("x^3 - 2x + 2", 0.0, Status.CYCLE, Status.CYCLE),
        ("arctan(x)", 1.5, Status.DIVERGED, Status.DIVERGED),
        ("cos(x) - x", 0.5, Status.CONVERGED, Status.CONVERGED),
    ],
)
def test_newton_is_certified(text: str, start: float, seen: Status, right: Status) -> None:
    found = newton(*floats(text), start, TOL)
    assert found.status is seen
    exact = exact_root(formula(text), found.root)
    assert certified(found, exact, TOL).status is right


@pytest.mark.parametrize(
    ("text", "start", "seen", "right"),
    [
        ("exp(1e18(x - 1))", 1.0, Status.STAGNATED, Status.STUCK),
        ("1e20(x^2 - 2)", 2.0, Status.STAGNATED, Status.STAGNATED),
        ("x + floor(x) - 3", 1.5, Status.CYCLE, Status.CYCLE),
        ("x + floor(x) - 3", 1.9999999, Status.CONVERGED, Status.FLAT),
    ],
)
def test_where_no_root_is_a_large_f_is_not_called_small(
    text: str, start: float, seen: Status, right: Status
) -> None:
    found = newton(*floats(text), start, TOL)
    assert found.status is seen
    assert certified(found, exact_root(formula(text), found.root), TOL).status is right


@pytest.mark.parametrize("kind", [Kind.POLE, Kind.JUMP])
def test_newton_has_no_root_where_only_a_pole_or_a_jump_is_found(kind: Kind) -> None:
    found = newton(*floats("x^2 - 2"), 1.0, TOL)
    assert certified(found, ExactRoot(mpf(1), 1, kind), TOL).status is Status.FLAT


def test_a_bracket_without_a_root_is_not_called_flat_where_f_is_large() -> None:
    halved = replace(bisection(floats("x - 0.3")[0], 0.0, 1.0, TOL), residual=1.0)
    nothing = ExactRoot(mp.nan, 1, Kind.NONE)
    assert certified(halved, nothing, TOL).status is Status.LIMIT
    stuck = replace(halved, status=Status.STAGNATED)
    assert certified(stuck, nothing, TOL).status is Status.STUCK
    assert certified(replace(stuck, residual=TOL), nothing, TOL).status is Status.FLAT


@pytest.mark.parametrize("start", [1.7, 2.0, 3.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("text", ["x^2 - 2x + 1", "x^3 - 3x^2 + 3x - 1"])
def test_rounding_at_a_multiple_root_does_not_hide_it(
    text: str, dtype: torch.dtype, start: float
) -> None:
    found = newton_by_autograd(tensors(text), start, 1e-15, dtype)
    right = certified(found, exact_root(formula(text), found.root), 1e-15)
    assert right.status is Status.MULTIPLE


@pytest.mark.parametrize("status", [Status.LIMIT, Status.CYCLE, Status.ZERO_DERIVATIVE])
def test_digits_spent_at_a_multiple_root_are_stagnation(status: Status) -> None:
    found = replace(newton(*floats("(x - 1)^3"), 3.0, TOL), status=status, root=1.0002)
    assert certified(found, ExactRoot(mpf(1), 3, Kind.ROOT), 1e-20).status is Status.STAGNATED
    assert certified(found, ExactRoot(mpf(1), 1, Kind.ROOT), 1e-20).status is status
    assert certified(found, ExactRoot(mpf(2), 3, Kind.ROOT), 1e-20).status is status


def test_where_too_much_work_was_needed_nothing_changes() -> None:
    found = newton(*floats("exp(x)"), 0.0, TOL)
    assert certified(found, ExactRoot(mp.nan, 1, Kind.UNKNOWN), TOL) == found


def test_safeguarded_newton_is_certified() -> None:
    text, lower, upper = "1/x", -1.0, 2.0
    found = safeguarded(*floats(text), lower, upper, 1.0, TOL)
    exact = exact_root(formula(text), found.root, (lower, upper))
    assert certified(found, exact, TOL).status is Status.POLE
