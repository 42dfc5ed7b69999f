"""One-sided limits and slopes, where mathematics knows them."""

from __future__ import annotations

from typing import Any

import pytest
from mpmath import mp, mpf

from engine.witnesses.sides import sides

INF = mp.inf


def root(k: Any) -> Any:
    return mp.sqrt(k) if k >= 0 else mp.nan


SLOPES = {
    "smooth": (mp.sin, 1, 1),
    "absolute": (abs, -1, 1),
    "relu": (lambda k: max(k, mpf(0)), 0, 1),
    "cube root": (lambda k: mp.sign(k) * mp.cbrt(abs(k)), INF, INF),
    "root": (root, None, INF),
    "x log x": (lambda k: k * mp.log(k) if k > 0 else mpf(0), 0, -INF),
    "almost linear": (lambda k: mp.sign(k) * abs(k) ** mpf("0.9"), INF, INF),
    "square": (lambda k: k * k, 0, 0),
    "wild": (lambda k: k * mp.sin(1 / k) if k else mpf(0), None, None),
    "cut": (lambda k: k if abs(k) > 1 else mp.nan, None, None),
}


@pytest.mark.parametrize(("function", "left", "right"), SLOPES.values(), ids=SLOPES)
def test_slopes(function: Any, left: Any, right: Any) -> None:
    for side, slope in zip(sides(function), (left, right), strict=True):
        if slope is None:
            assert side.slope is None
        elif mp.isinf(slope):
            assert side.slope == slope
        else:
            assert abs(side.slope - slope) < 1e-10


def test_limits_at_a_jump() -> None:
    left, right = sides(lambda k: mp.floor(k) + 7)

    assert (left.limit, right.limit) == (6, 7)
