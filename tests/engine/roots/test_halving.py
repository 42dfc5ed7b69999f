"""A change of sign is halved to a point whatever its size, and hit where it is hit exactly."""

from __future__ import annotations

import pytest
from mpmath import mp, mpf

from engine.roots.halving import halved, spot_of
from engine.roots.nature import Function, Spot


def ended(f: Function, lower: str, upper: str) -> Spot | None:
    with mp.workdps(120):
        return spot_of(halved(f, (mpf(lower), mpf(upper))))


@pytest.mark.parametrize("size", [-390, -320, -100, -10, 0, 100, 300])
@pytest.mark.parametrize("sign", [1, -1])
def test_roots_of_any_size_are_halved_to_fifty_digits(size: int, sign: int) -> None:
    with mp.workdps(120):
        root = sign * mp.pi * mpf(10) ** size
    found = ended(lambda x: x - root, "-1e301", "1e302")

    assert found is not None
    assert abs(found.x - root) <= found.blur <= mpf(10) ** -54 * abs(root)


def test_what_is_smaller_than_any_float_is_zero() -> None:
    found = ended(lambda x: x - mpf(10) ** -500, "-1", "1")

    assert found is not None
    assert found.x == 0


def test_a_pole_hit_by_a_middle_is_that_point() -> None:
    def f(x: mpf) -> mpf:
        return 1 / (x - mpf(1) / 2) if x != mpf(1) / 2 else mp.inf

    assert ended(f, "0.25", "0.75") == Spot(mpf(1) / 2, mpf(0))


def test_without_a_sign_change_there_is_no_point() -> None:
    assert ended(lambda x: x * x + 1, "-1", "2") is None
