"""A change of sign is followed down to neighbouring floats: a root, a pole or a jump."""

from __future__ import annotations

import math

import pytest
import torch

from engine.records.roots import Status
from engine.roots.bisection import bisection
from engine.roots.crossing import crossing
from engine.roots.tensors import bisection_of_tensors
from tests.engine.roots.asking import floats, tensors


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("text", "lower", "upper", "expected"),
    [
        ("tan(x)", 1.0, 2.0, Status.POLE),
        ("1/(x - 1/3)^3", 0.0, 1.0, Status.POLE),
        ("floor(x) - 0.5", 0.25, 3.0, Status.JUMP),
        ("where(x < 1/3, -1, 2)", 0.0, 1.0, Status.JUMP),
        ("1e20(x - 1/3)", 0.0, 1.0, Status.CONVERGED),
        ("sign(x - 0.3)*abs(x - 0.3)^(1/3)", 0.0, 1.0, Status.CONVERGED),
        ("(x - 1/3)^5", 0.0, 1.0, Status.CONVERGED),
        ("tanh(1e5(x - 1/3))", 0.0, 1.0, Status.CONVERGED),
    ],
)
def test_a_change_of_sign_is_looked_into(
    text: str, lower: float, upper: float, expected: Status, dtype: torch.dtype
) -> None:
    tol = 1e-5
    assert bisection_of_tensors(tensors(text), lower, upper, tol, dtype).status is expected
    if dtype is torch.float64:
        assert bisection(floats(text)[0], lower, upper, tol).status is expected


@pytest.mark.parametrize("where", [0.0, 1 / 3, -7.3, 1e-9, 12345.6])
@pytest.mark.parametrize("order", [1, 3, 5])
@pytest.mark.parametrize("size", [1e-12, 1.0, 1e30])
def test_poles_and_roots_of_any_order_and_scale(where: float, order: int, size: float) -> None:
    lower, upper = where - 0.83, where + 1.31

    def root(x: float) -> float:
        return size * (x - where) ** order

    def pole(x: float) -> float:
        return size / (x - where) ** order if (x - where) ** order else math.inf

    assert crossing(root, [(lower, root(lower)), (upper, root(upper))]) is None
    assert crossing(pole, [(lower, pole(lower)), (upper, pole(upper))]) is Status.POLE


def test_rounding_is_no_jump() -> None:
    f, _ = floats("x^7 - 7x^6 + 21x^5 - 35x^4 + 35x^3 - 21x^2 + 7x - 1")  # (x - 1)^7
    assert bisection(f, 0.2, 3.0, 1e-12).status in (Status.CONVERGED, Status.STAGNATED)


def test_a_narrow_bracket_says_nothing() -> None:
    assert crossing(math.floor, [(1 - 2**-52, -1.0), (1.0, 1.0)]) is None
