"""What stands at a point is told from f close to it: as close as rounding lets one look."""

from __future__ import annotations

import pytest
from mpmath import mp, mpf

from engine.roots.nature import Function, Kind, Spot, nature


def at(f: Function, x: str, blur: str = "0") -> tuple[Kind, float]:
    with mp.workdps(120):
        return nature(f, Spot(mpf(x), mpf(blur)))


@pytest.mark.parametrize(
    ("f", "x", "order"),
    [
        (lambda x: x, "0", 1),
        (lambda x: x**7, "0", 7),
        (lambda x: mp.cos(x) - 1 + x * x / 2, "0", 4),  # x²/2 within 10^-60, to 120 digits
        (lambda x: 1 - mp.cos(x), "0", 2),  # 0 within 10^-60, to 120 digits
        (lambda x: mp.log(x + mp.e) - 1, "0", 1),  # 10^-121 at 0, to 120 digits
        (lambda x: mp.sqrt(x) if x >= 0 else mp.nan, "0", 0.5),
        (lambda x: abs(x) ** mpf(2.5), "0", 2.5),
        (lambda x: x * mp.log(x) if x > 0 else mp.nan, "0", 1),
        (lambda x: (x - 1) * (x - 1 - mpf(10) ** -30), "1", 1),
        (lambda x: (x - 3) ** 2 * mp.exp(x), "3", 2),
        (lambda x: mp.tanh(mpf(10) ** 40 * (x - mpf(1) / 4)), "0.25", 1),
    ],
)
def test_order_of_a_root_is_the_power_by_which_f_vanishes(
    f: Function, x: str, order: float
) -> None:
    kind, found = at(f, x)

    assert kind is Kind.ROOT
    assert found == pytest.approx(order, abs=0.01)


@pytest.mark.parametrize(
    ("f", "x", "blur", "kind"),
    [
        (lambda x: mpf(10) ** 200 * x**3 - mpf(10) ** -200, "0", "0", Kind.NONE),
        (lambda x: x * x + mpf(10) ** -30, "0", "0", Kind.NONE),
        (lambda x: x - 1 if x < 1 else x, "1", "0", Kind.JUMP),
        (lambda x: x - 1 if x < 1 else x, "1", "1e-55", Kind.JUMP),
        (lambda x: x - 1 - mpf(10) ** -6, "1", "1e-13", Kind.NONE),
        (lambda x: mp.tanh(mpf(10) ** 17 * (x - 1)), "1.0000000000001", "1e-12", Kind.NONE),
        (lambda x: mp.inf if x == 1 else 1 / (x - 1) ** 3, "1", "0", Kind.POLE),
        (lambda x: mp.inf if x == 1 else 1 / (x - 1) ** 2, "1", "0", Kind.NONE),
        (lambda x: mp.nan if x == 1 else mp.cos(1 / (x - 1)), "1", "0", Kind.NONE),
    ],
)
def test_no_root_is_seen_where_f_does_not_vanish(
    f: Function, x: str, blur: str, kind: Kind
) -> None:
    assert at(f, x, blur) == (kind, 1)
