"""Thirty classic functions: every method finds the root that mpmath finds."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import pytest
import torch
from mpmath import findroot, mp, mpf

from engine.formula.exact import exact
from engine.records.roots import Status
from engine.roots.bisection import bisection
from engine.roots.bracket import bracket
from engine.roots.certificate import certified
from engine.roots.exact_root import Kind, exact_root
from engine.roots.newton import newton
from engine.roots.safeguarded import safeguarded
from engine.roots.solution import Solution
from engine.roots.tensors import bisection_of_tensors, newton_by_autograd
from tests.engine.roots.asking import floats, formula, slope, tensors
from tests.engine.roots.classics import CLASSICS

TOL: Final = 1e-10
EPS: Final = 2.0**-52
SINGLE: Final = 2.0**-23
EACH: Final = pytest.mark.parametrize("name", CLASSICS)


@cache
def oracle(name: str) -> Any:
    """The root that mpmath finds within the bracket, without derivatives, at 30 digits."""
    text, (lower, upper), _ = CLASSICS[name]
    body = formula(text).body
    with mp.workdps(30):
        ends = mpf(lower), mpf(upper)
        return findroot(lambda x: exact(body, {"x": x}, 40), ends, solver="bisect", maxsteps=500)


def steepness(name: str, root: Any) -> float:
    return abs(float(exact(slope(CLASSICS[name][0]), {"x": root})))


def test_there_are_thirty() -> None:
    assert len(CLASSICS) >= 30


@EACH
def test_fifty_digits_are_the_root(name: str) -> None:
    text, ends, start = CLASSICS[name]
    found = exact_root(formula(text), start, ends)
    assert (found.kind, found.multiplicity) == (Kind.ROOT, 1)
    assert abs(found.value - oracle(name)) < 1e-25 * max(1, abs(found.value))
    with mp.workdps(70):
        residual = exact(formula(text).body, {"x": found.value}, 70)
        assert abs(residual) <= mpf(10) ** -45 * max(1, steepness(name, found.value))


@EACH
def test_newton_is_within_its_tolerance(name: str) -> None:
    text, _, start = CLASSICS[name]
    root = oracle(name)
    allowed = 1.01 * TOL / steepness(name, root) + 4 * EPS * max(1, abs(root))
    for found in (
        newton(*floats(text), start, TOL),
        newton_by_autograd(tensors(text), start, TOL, torch.float64),
    ):
        assert found.status is Status.CONVERGED
        assert abs(found.root - root) <= allowed


@EACH
def test_bisection_is_within_half_its_width(name: str) -> None:
    text, ends, _ = CLASSICS[name]
    root = oracle(name)
    for found in (
        bisection(floats(text)[0], *ends, TOL),
        bisection_of_tensors(tensors(text), *ends, TOL, torch.float64),
    ):
        assert found.status is Status.CONVERGED
        assert found.width <= TOL
        assert abs(found.root - root) <= TOL / 2 + 4 * EPS * max(1, abs(root))


@EACH
def test_safeguarded_newton_is_within_its_tolerance(name: str) -> None:
    text, ends, start = CLASSICS[name]
    root = oracle(name)
    found = safeguarded(*floats(text), *ends, start, TOL)
    assert found.status is Status.CONVERGED
    allowed = 1.01 * TOL / steepness(name, root) + 4 * EPS * max(1, abs(root))
    assert abs(found.root - root) <= allowed
    assert found.iterations <= bisection(floats(text)[0], *ends, TOL).iterations


@EACH
def test_float32_comes_as_near_as_it_can(name: str) -> None:
    text, ends, start = CLASSICS[name]
    root = oracle(name)
    allowed = 16 * SINGLE * max(1, abs(root)) / min(1, steepness(name, root))
    for found in (
        newton_by_autograd(tensors(text), start, 0.0, torch.float32),
        bisection_of_tensors(tensors(text), *ends, 0.0, torch.float32),
    ):
        assert found.status.reached
        assert abs(found.root - root) <= allowed


@EACH
def test_a_bracket_is_found_from_the_start(name: str) -> None:
    text, _, start = CLASSICS[name]
    f, _ = floats(text)
    found = bracket(f, start)
    assert found is not None
    lower, upper = found
    assert f(lower) * f(upper) <= 0
    assert bisection(f, lower, upper, TOL).status is Status.CONVERGED


@EACH
def test_statuses_are_confirmed(name: str) -> None:
    text, ends, start = CLASSICS[name]
    answers: tuple[Solution, ...] = (
        newton(*floats(text), start, TOL),
        bisection(floats(text)[0], *ends, TOL),
    )
    for found in answers:
        exact_one = exact_root(formula(text), found.root, ends, slope(text))
        assert certified(found, exact_one, TOL) == found
