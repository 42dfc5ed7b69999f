"""Bisection's counts, its trace and its ends."""

from __future__ import annotations

import math

import pytest
import torch

from engine.records.roots import Method, Status
from engine.roots.bisection import bisection, halve
from engine.roots.tensors import bisection_of_tensors, halve_tensors
from tests.engine.roots.asking import floats, tensors

COURSE = "x^7 + 5x^3 + 17x - 9"
ROOT = 0.493617117798773127


@pytest.mark.parametrize(("tol", "halvings"), [(1e-5, 21), (5e-6, 22), (1.0, 5), (20.0, 0)])
def test_halvings_are_the_logarithm_of_the_width(tol: float, halvings: int) -> None:
    f, _ = floats(COURSE)
    found = bisection(f, -10.0, 10.0, tol)
    assert (found.method, found.status) == (Method.BISECTION, Status.CONVERGED)
    assert (found.iterations, found.evaluations) == (halvings, halvings + 2)
    assert found.derivatives == 0
    assert found.width == 20 / 2**halvings <= tol
    assert abs(found.root - ROOT) <= found.width / 2
    assert found.residual == abs(f(found.root))
    for dtype in (torch.float32, torch.float64):
        alike = bisection_of_tensors(tensors(COURSE), -10.0, 10.0, tol, dtype)
        assert (alike.status, alike.iterations) == (Status.CONVERGED, halvings)


def test_the_trace_is_brackets_and_their_middles() -> None:
    f, _ = floats(COURSE)
    found = bisection(f, -10.0, 10.0, 1e-5)
    assert (found.trace[0].lower, found.trace[0].upper) == (-10, 10)
    assert [visit.evaluations for visit in found.trace] == list(range(3, 24))
    for visit, then in zip(found.trace, found.trace[1:], strict=False):
        assert visit.x == (visit.lower + visit.upper) / 2
        assert f(visit.lower) < 0 < f(visit.upper)
        assert then.upper - then.lower == (visit.upper - visit.lower) / 2


def test_the_bare_loops_come_to_the_same() -> None:
    found = bisection(floats(COURSE)[0], -10.0, 10.0, 1e-5)
    negative, positive, halvings = halve(floats(COURSE)[0], -10.0, 10.0, 1e-5)
    assert ((negative + positive) / 2, halvings) == (found.root, 21)
    ends = halve_tensors(tensors(COURSE), -10.0, 10.0, 1e-5, torch.float64)
    assert (ends[0].item(), ends[1].item(), ends[2]) == (negative, positive, halvings)


@pytest.mark.parametrize(
    ("text", "lower", "upper", "root", "halvings"),
    [
        ("x", 0.0, 4.0, 0.0, 0),
        ("x^2 - 16", 0.0, 4.0, 4.0, 0),
        ("x", -4.0, 4.0, 0.0, 1),
        ("x - 1", 0.0, 8.0, 1.0, 3),
        ("x", 0.0, 0.0, 0.0, 0),
    ],
)
def test_a_zero_that_is_hit_ends_it(
    text: str, lower: float, upper: float, root: float, halvings: int
) -> None:
    found = bisection(floats(text)[0], lower, upper, 1e-5)
    assert (found.status, found.root, found.iterations) == (Status.CONVERGED, root, halvings)
    assert found.width == found.residual == 0


def test_ends_in_the_wrong_order_are_swapped() -> None:
    f, _ = floats(COURSE)
    assert bisection(f, 10.0, -10.0, 1e-5) == bisection(f, -10.0, 10.0, 1e-5)


def test_neighbouring_floats_cannot_be_halved() -> None:
    f, _ = floats("x^2 - 2")
    found = bisection(f, 0.0, 2.0, 0.0)
    assert found.status is Status.STAGNATED
    assert found.width == math.ulp(1.0)
    assert abs(found.root - 2**0.5) <= math.ulp(1.0)


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("log(x)", -1.0, 2.0),
        ("log(x)", 0.0, 2.0),
        ("1/x", -1.0, 1.0),
        ("sqrt(x^2 - 1) - x", -2.0, 2.0),
        ("x", math.nan, 1.0),
    ],
)
def test_a_value_that_is_no_number_is_told(text: str, lower: float, upper: float) -> None:
    found = bisection(floats(text)[0], lower, upper, 1e-5)
    assert found.status is Status.NON_FINITE
    assert math.isnan(found.residual)


def test_the_widest_bracket_ends() -> None:
    found = bisection(floats("arctan(x - 1)")[0], -1.7e308, 1.7e308, 0.0)
    assert found.status.reached
    assert found.root == 1.0
