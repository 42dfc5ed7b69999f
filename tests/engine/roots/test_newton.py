"""Newton's counts, its trace, and each of its endings."""

from __future__ import annotations

import math

import pytest
import torch

from engine.records.roots import Method, Status
from engine.roots.newton import MOST, descend, newton
from engine.roots.tensors import descend_by_autograd, newton_by_autograd
from tests.engine.roots.asking import floats, tensors

COURSE = "x^7 + 5x^3 + 17x - 9"
ROOT = 0.493617117798773127


@pytest.mark.parametrize(
    ("start", "steps"), [(0, 3), (1, 4), (-3, 9), (10, 17), (-10, 17), (100, 32)]
)
def test_steps_on_the_polynomial_of_the_course(start: float, steps: int) -> None:
    found = newton(*floats(COURSE), start, 1e-5)
    assert (found.method, found.status) == (Method.NEWTON, Status.CONVERGED)
    assert (found.iterations, found.evaluations, found.derivatives) == (steps, steps + 1, steps)
    assert abs(found.root - ROOT) < 1e-6
    for dtype in (torch.float32, torch.float64):
        alike = newton_by_autograd(tensors(COURSE), start, 1e-5, dtype)
        assert (alike.status, alike.iterations) == (Status.CONVERGED, steps)


def test_the_trace_is_the_way() -> None:
    f, df = floats(COURSE)
    found = newton(f, df, 10.0, 1e-5)
    assert [visit.evaluations for visit in found.trace] == list(range(1, 37, 2))
    assert found.trace[-1].x == found.root
    for here, then in zip(found.trace, found.trace[1:], strict=False):
        assert here.value == f(here.x)
        assert here.lower == here.upper == here.x
        assert then.x == here.x - f(here.x) / df(here.x)
    assert found.width == abs(found.trace[-1].x - found.trace[-2].x)
    assert found.residual == abs(found.trace[-1].value) <= 1e-5 < abs(found.trace[-2].value)


def test_the_bare_loops_come_to_the_same() -> None:
    found = newton(*floats(COURSE), 10.0, 1e-5)
    assert descend(*floats(COURSE), 10.0, 1e-5) == (found.root, found.trace[-1].value, 17)
    alike = newton_by_autograd(tensors(COURSE), 10.0, 1e-5, torch.float64)
    x, value, steps = descend_by_autograd(tensors(COURSE), 10.0, 1e-5, torch.float64)
    assert (x.item(), abs(value), steps) == (alike.root, alike.residual, 17)


ENDINGS = [
    ("x^3 - 2x + 2", 0.0, Status.CYCLE),
    ("x^3 - 2x + 2", 0.1, Status.CYCLE),  # drawn into it
    ("sign(x)*sqrt(abs(x))", 2.0, Status.CYCLE),
    ("x^3 - 5x", 1.0, Status.CYCLE),
    ("arctan(x)", 1.5, Status.DIVERGED),
    ("sign(x)*abs(x)^(1/3)", 1.0, Status.DIVERGED),
    ("exp(-x) + 1", 0.0, Status.DIVERGED),
    ("1e-310x + 1", 1.0, Status.DIVERGED),
    ("(x - 1)^2", 3.0, Status.MULTIPLE),
    ("x^3", 1.0, Status.MULTIPLE),
    ("x^2*(x - 3)^5", 5.0, Status.MULTIPLE),
    ("sin(x) - 1", 1.0, Status.MULTIPLE),
    ("1 - cos(x)", 0.5, Status.MULTIPLE),
    ("x*exp(-x)", 2.0, Status.FLAT),
    ("exp(x)", 0.0, Status.FLAT),
    ("1/x", 1.0, Status.FLAT),
    ("1e-20(x - 3)", 10.0, Status.FLAT),
    ("x^2 + 1e-7", 0.0, Status.FLAT),
    ("0.1(x - 3)", 10.0, Status.CONVERGED),
    ("0.1x^2 - 2", 10.0, Status.CONVERGED),
    ("(x - 2)(x - 2.1)", 5.0, Status.CONVERGED),
    ("x^2 - 1e10", 1e6, Status.CONVERGED),
    ("1e8x - 1", 1.0, Status.CONVERGED),
    ("abs(x - 1/3)", 5.0, Status.CONVERGED),
    ("x - x", 2.0, Status.CONVERGED),
    ("sqrt(x)", 1.0, Status.NON_FINITE),
    ("log(x)", 3.0, Status.NON_FINITE),
    ("1/x - 2", 0.0, Status.NON_FINITE),
    ("abs(x)^(1/3) - 1", 0.0, Status.NON_FINITE),
    ("x^2 - 2", 0.0, Status.ZERO_DERIVATIVE),
    ("floor(x) - 0.5", 3.0, Status.ZERO_DERIVATIVE),
    ("x^2 + 1", 0.5, Status.LIMIT),
]


@pytest.mark.parametrize(("text", "start", "status"), ENDINGS)
def test_every_ending_is_told(text: str, start: float, status: Status) -> None:
    assert newton(*floats(text), start, 1e-5).status is status


@pytest.mark.parametrize(("text", "start", "status"), ENDINGS)
def test_autograd_ends_as_floats_do(text: str, start: float, status: Status) -> None:
    # At a kink or a vertical tangent autograd has a slope of its own; both are kept away from.
    assert newton_by_autograd(tensors(text), start, 1e-5, torch.float64).status is status


@pytest.mark.parametrize("text", ["1e20(x^3 - 1/3)", "x^2 - 2", "exp(x) - 3", "x^5 - x - 1"])
@pytest.mark.parametrize("start", [1.0, 1.5, 2.0])
def test_below_the_resolution_of_floats_it_stops(text: str, start: float) -> None:
    f, df = floats(text)
    found = newton(f, df, start, 0.0)
    assert found.status in (Status.STAGNATED, Status.CONVERGED)
    assert found.iterations < MOST
    ulp = math.ulp(found.root)
    assert f(found.root - 4 * ulp) <= 0 <= f(found.root + 4 * ulp)


def test_a_failure_has_no_root_it_did_not_reach() -> None:
    fled = newton(*floats("arctan(x)"), 1.5, 1e-5)
    assert math.isnan(fled.root)
    assert math.isnan(fled.residual)
    left = newton(*floats("log(x)"), 3.0, 1e-5)
    assert left.root < 0
    assert math.isnan(left.residual)


def test_the_limit_of_steps_is_kept() -> None:
    found = newton(*floats("x^2 + 1"), 0.5, 1e-5, most=7)
    assert (found.status, found.iterations, len(found.trace)) == (Status.LIMIT, 7, 8)
