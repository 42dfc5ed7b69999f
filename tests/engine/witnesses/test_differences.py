"""Central differences are as exact as their theory says."""

from __future__ import annotations

import math

import pytest
import torch

from engine.witnesses.differences import STEP, difference, step_at

EPS = torch.finfo(torch.float64).eps


@pytest.mark.parametrize("x", [0.0, 0.3, -2.0, 9.0])
def test_error_is_of_the_order_that_is_promised(x: float) -> None:
    point = {"x": torch.tensor(x, dtype=torch.float64)}
    found = difference(torch.sin, point, ("x", 0), step_at(x))

    bound = step_at(x) ** 2 / 6 + 4 * EPS / step_at(x)
    assert abs(found - math.cos(x)) <= bound


def test_differences_of_the_model_reply() -> None:
    """The two numbers of voice.md, section 2.2."""
    point = {name: torch.tensor(2.0, dtype=torch.float64) for name in "xy"}

    def f(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return x**2 + x * y + (x + y) ** 2

    by_x, by_y = (difference(f, point, (name, 0), STEP) for name in "xy")
    assert 0 < abs(by_x - 14) < 1e-9
    assert 0 < abs(by_y - 10) < 1e-9


def test_one_element_moves_and_the_point_stays() -> None:
    point = {"x": torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)}
    found = difference(lambda x: (x**2).sum(), point, ("x", 2), STEP)

    assert abs(found - 6) < 1e-8
    assert point["x"].tolist() == [[1, 2], [3, 4]]


def test_step_grows_with_the_input() -> None:
    assert [step_at(x) for x in (0.0, 0.5, -7.0)] == [STEP] * 3
    assert step_at(4_321.0) == pytest.approx(1e-2)
    assert step_at(math.inf) == STEP
