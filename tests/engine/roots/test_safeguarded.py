"""Newton within a bracket: as fast as Newton, as safe as bisection."""

from __future__ import annotations

import math

import pytest

from engine.records.roots import Method, Status
from engine.roots.bisection import bisection
from engine.roots.safeguarded import enclose, safeguarded
from tests.engine.roots.asking import floats


def test_it_is_fast_where_newton_is() -> None:
    found = safeguarded(*floats("x^7 + 5x^3 + 17x - 9"), -10.0, 10.0, 10.0, 1e-5)
    assert (found.method, found.status) == (Method.SAFEGUARDED, Status.CONVERGED)
    assert found.iterations <= 5
    assert (found.evaluations, found.derivatives) == (found.iterations + 3, found.iterations)
    assert abs(found.root - 0.493617117798773127) < 1e-6


@pytest.mark.parametrize(
    ("text", "lower", "upper", "start"),
    [
        ("arctan(x)", -10.0, 20.0, 1.5),
        ("x^3 - 2x + 2", -3.0, 3.0, 0.0),
        ("sign(x - 0.1)*abs(x - 0.1)^(1/3)", -1.0, 2.0, 1.0),
        ("log(x)", 0.01, 30.0, 25.0),
        ("tanh(20(x - 0.3))", -5.0, 5.0, 4.0),
        ("x^9", -1.0, 2.0, 1.0),
    ],
)
def test_it_is_safe_where_newton_is_not(
    text: str, lower: float, upper: float, start: float
) -> None:
    f, df = floats(text)
    found = safeguarded(f, df, lower, upper, start, 1e-9)
    assert found.status in (Status.CONVERGED, Status.MULTIPLE)
    assert abs(f(found.root)) == found.residual <= 1e-9
    assert found.iterations <= 2 * bisection(f, lower, upper, 1e-16).iterations


def test_the_bracket_of_every_visit_holds_the_root() -> None:
    f, df = floats("arctan(x)")
    found = safeguarded(f, df, -10.0, 20.0, 1.5, 1e-9)
    assert [visit.evaluations for visit in found.trace[:3]] == [3, 5, 7]
    for visit in found.trace:
        assert visit.lower <= visit.x <= visit.upper
        assert f(visit.lower) < 0 < f(visit.upper)
        assert visit.value == f(visit.x)


def test_the_bare_loop_comes_to_the_same() -> None:
    functions = floats("cos(x) - x")
    found = safeguarded(*functions, 0.0, 1.0, 0.5, 1e-9)
    x, value, steps, slopes = enclose(*functions, 0.0, 1.0, 0.5, 1e-9)
    assert (x, abs(value), steps) == (found.root, found.residual, found.iterations)
    assert slopes == found.derivatives


@pytest.mark.parametrize("start", [-5.0, 7.0, math.nan, math.inf, 0.0, 2.0])
def test_a_start_outside_becomes_the_middle(start: float) -> None:
    found = safeguarded(*floats("x^2 - 2"), 0.0, 2.0, start, 1e-5)
    assert found.trace[0].x == 1.0
    assert found.status is Status.CONVERGED


def test_below_the_resolution_of_floats_it_stops() -> None:
    found = safeguarded(*floats("x^2 - 2"), 0.0, 2.0, 1.0, 0.0)
    assert found.status is Status.STAGNATED
    assert found.root == pytest.approx(2**0.5, rel=1e-15)


def test_without_a_sign_change_there_is_no_root() -> None:
    found = safeguarded(*floats("x^2 + 1"), -1.0, 2.0, 0.5, 1e-5)
    assert (found.status, found.iterations) == (Status.NO_SIGN_CHANGE, 0)
    assert math.isnan(found.root)
