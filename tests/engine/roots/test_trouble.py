"""The ten functions that fool root finders, each with every method: the status is the truth."""

from __future__ import annotations

from typing import Final

import pytest
import torch

from engine.records.roots import Status
from engine.roots.bisection import bisection
from engine.roots.newton import newton
from engine.roots.safeguarded import safeguarded
from engine.roots.tensors import bisection_of_tensors, newton_by_autograd
from tests.engine.roots.asking import floats, tensors

TOL: Final = 1e-5
Case = tuple[str, float, float, float, Status, Status, Status]

# formula, bracket, start; what Newton, bisection and safeguarded Newton come to
TROUBLE: Final[dict[str, tuple[str, float, float, float, Status, Status, Status]]] = {
    "no sign change": (
        *("x^2 + 1", -1.0, 2.0, 0.5),
        *(Status.LIMIT, Status.NO_SIGN_CHANGE, Status.NO_SIGN_CHANGE),
    ),
    "a pole": ("tan(x)", 1.0, 2.0, 1.2, Status.CONVERGED, Status.POLE, Status.POLE),
    "a cycle": (
        *("x^3 - 2x + 2", -3.0, 1.0, 0.0),
        *(Status.CYCLE, Status.CONVERGED, Status.CONVERGED),
    ),
    "a flight": (
        *("arctan(x)", -1.0, 2.0, 1.5),
        *(Status.DIVERGED, Status.CONVERGED, Status.CONVERGED),
    ),
    "a double root": (
        *("(x - 1)^2", 0.0, 3.0, 3.0),
        *(Status.MULTIPLE, Status.NO_SIGN_CHANGE, Status.NO_SIGN_CHANGE),
    ),
    "nan inside": (
        *("log(x) + sqrt(abs(x - 1) - 0.2)", 0.5, 3.0, 1.5),
        *(Status.NON_FINITE, Status.NON_FINITE, Status.NON_FINITE),
    ),
    "a constant": (
        *("0x + 5", -1.0, 2.0, 1.0),
        *(Status.ZERO_DERIVATIVE, Status.NO_SIGN_CHANGE, Status.NO_SIGN_CHANGE),
    ),
    "a root at an end": (
        *("x^2 - 4", 2.0, 5.0, 5.0),
        *(Status.CONVERGED, Status.CONVERGED, Status.CONVERGED),
    ),
    "huge values": (
        *("1e20(x^3 - 1/3)", 0.0, 1.0, 1.0),
        *(Status.STAGNATED, Status.CONVERGED, Status.STAGNATED),
    ),
    "tiny values": (
        *("1e-20(x - 3)", 0.0, 10.0, 9.0),
        *(Status.FLAT, Status.CONVERGED, Status.FLAT),
    ),
}
CASES: Final = pytest.mark.parametrize("case", TROUBLE.values(), ids=TROUBLE)


@CASES
def test_newton_tells_the_truth(case: Case) -> None:
    text, _, _, start, expected, *_ = case
    assert newton(*floats(text), start, TOL).status is expected
    assert newton_by_autograd(tensors(text), start, TOL, torch.float64).status is expected


@CASES
def test_bisection_tells_the_truth(case: Case) -> None:
    text, lower, upper, _, _, expected, _ = case
    assert bisection(floats(text)[0], lower, upper, TOL).status is expected
    function = tensors(text)
    assert bisection_of_tensors(function, lower, upper, TOL, torch.float64).status is expected


@CASES
def test_safeguarded_newton_tells_the_truth(case: Case) -> None:
    text, lower, upper, start, *_, expected = case
    assert safeguarded(*floats(text), lower, upper, start, TOL).status is expected


def test_float32_stagnates_where_the_tolerance_is_below_its_digits() -> None:
    function = tensors("x^2 - 2")
    newtons = newton_by_autograd(function, 1.0, 1e-9, torch.float32)
    halved = bisection_of_tensors(function, 1.0, 2.0, 1e-9, torch.float32)
    for found in (newtons, halved):
        assert found.status is Status.STAGNATED
        assert abs(found.root - 2**0.5) < 2**-22
        assert found.iterations <= 30
