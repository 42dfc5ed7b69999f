"""Statuses that floats got wrong are put right, and the others stay."""

from __future__ import annotations

import pytest
import torch

from engine.records.roots import Status
from engine.roots.bisection import bisection
from engine.roots.certificate import certified
from engine.roots.exact_root import exact_root
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


def test_digits_spent_at_a_multiple_root_are_stagnation() -> None:
    text = "x^3 - 3x^2 + 3x - 1"
    found = newton_by_autograd(tensors(text), 2.0, 1e-12, torch.float32)
    right = certified(found, exact_root(formula(text), found.root), 1e-12).status
    assert right.reached or abs(found.root - 1) > 1e-3


def test_safeguarded_newton_is_certified() -> None:
    text, lower, upper = "1/x", -1.0, 2.0
    found = safeguarded(*floats(text), lower, upper, 1.0, TOL)
    exact = exact_root(formula(text), found.root, (lower, upper))
    assert certified(found, exact, TOL).status is Status.POLE
