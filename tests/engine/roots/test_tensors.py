"""What is the tensors' own: their dtype, what they record, and functions without a slope."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.records.roots import Method, Status
from engine.roots.bisection import bisection
from engine.roots.newton import newton
from engine.roots.tensors import (
    bisection_of_tensors,
    descend_by_autograd,
    halve_tensors,
    newton_by_autograd,
)
from tests.engine.roots.asking import floats, tensors


@pytest.mark.parametrize("text", ["cos(x) - x", "x^3 - 2", "exp(x) - 3", "arctan(x) - 0.5"])
def test_float64_goes_the_way_of_floats(text: str) -> None:
    ours, theirs = (
        newton(*floats(text), 1.0, 1e-9),
        newton_by_autograd(tensors(text), 1.0, 1e-9, torch.float64),
    )
    assert theirs.method is Method.NEWTON
    assert theirs.iterations == ours.iterations
    assert theirs.derivatives == ours.derivatives
    for here, there in zip(ours.trace, theirs.trace, strict=True):
        assert there.x == pytest.approx(here.x, rel=1e-12)
        assert there.evaluations == here.evaluations
    halved = bisection_of_tensors(tensors(text), -1.0, 2.0, 1e-6, torch.float64)
    assert halved.trace[-1].lower == bisection(floats(text)[0], -1.0, 2.0, 1e-6).trace[-1].lower


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_number_has_the_dtype(dtype: torch.dtype) -> None:
    seen: set[torch.dtype] = set()

    def function(x: Tensor) -> Tensor:
        seen.add(x.dtype)
        return x * x - 2

    newton_by_autograd(function, 1.0, 1e-5, dtype)
    bisection_of_tensors(function, 0.0, 2.0, 1e-5, dtype)
    assert seen == {dtype}


def test_bisection_records_nothing() -> None:
    ends = halve_tensors(tensors("x^2 - 2"), 0.0, 2.0, 1e-3, torch.float32)[:2]
    assert not any(end.requires_grad for end in ends)
    root, _, _ = descend_by_autograd(tensors("x^2 - 2"), 1.0, 1e-3, torch.float32)
    assert not root.requires_grad


def test_what_does_not_depend_on_x_has_no_slope() -> None:
    found = newton_by_autograd(lambda x: torch.tensor(5.0), 1.0, 1e-5, torch.float32)
    assert (found.status, found.iterations) == (Status.ZERO_DERIVATIVE, 0)


@pytest.mark.parametrize("tol", [0.0, 1e-9, 1e-7])
@pytest.mark.parametrize("start", [0.7, 1.0, 1.3, 1.9, 2.6, 3.4])
@pytest.mark.parametrize("text", ["x^2 - 2", "cos(x) - x", "x^3 - 3", "log(x) - 0.3"])
def test_float32_always_ends(text: str, start: float, tol: float) -> None:
    found = newton_by_autograd(tensors(text), start, tol, torch.float32)
    if found.status is not Status.NON_FINITE:
        assert found.status.reached
        exact = newton(*floats(text), start, 1e-13).root
        assert abs(found.root - exact) <= 4 * 2**-23 * abs(exact)
