"""The limits of cards against their data sheets."""

from __future__ import annotations

import pytest

from engine.gpu.limits import Card, least_time

# Clocks and widths as drivers report them (boost clock; memory clock before doubling).
H100 = Card("NVIDIA H100 80GB HBM3", (9, 0), 132, 1.980e9, 2.619e9, 5120)
A100 = Card("NVIDIA A100-SXM4-40GB", (8, 0), 108, 1.410e9, 1.215e9, 5120)
T4 = Card("Tesla T4", (7, 5), 40, 1.590e9, 5.001e9, 256)
RTX_4090 = Card("NVIDIA GeForce RTX 4090", (8, 9), 128, 2.520e9, 10.501e9, 384)

# Data sheets: GB/s of memory, TFLOPS of float32 and of float64 outside of tensor cores.
SHEETS = [
    (H100, 3350, 67, 34),
    (A100, 1555, 19.5, 9.7),
    (T4, 320, 8.1, 0.254),  # float64 at 1/32
    (RTX_4090, 1008, 82.6, 1.29),  # at 1/64
]


@pytest.mark.parametrize(("card", "gb_per_s", "float32", "float64"), SHEETS)
def test_peaks_are_those_of_the_data_sheet(
    card: Card, gb_per_s: float, float32: float, float64: float
) -> None:
    assert card.bytes_per_s / 1e9 == pytest.approx(gb_per_s, rel=0.02)
    assert card.operations_per_s("float32") / 1e12 == pytest.approx(float32, rel=0.02)
    assert card.operations_per_s("float64") / 1e12 == pytest.approx(float64, rel=0.02)


def test_few_operations_are_bound_by_memory() -> None:
    least = least_time(H100, "float64", moved_bytes=3.35e12, operations=1.0)

    assert least.bound == "memory"
    assert least.seconds == pytest.approx(1.0, rel=0.02)


def test_many_operations_are_bound_by_arithmetic() -> None:
    least = least_time(T4, "float64", moved_bytes=21e6, operations=0.254e12)

    assert least.bound == "arithmetic"
    assert least.seconds == pytest.approx(1.0, rel=0.02)


def test_the_dtype_decides_what_binds() -> None:
    batch = {"moved_bytes": 21e6, "operations": 4e8}

    assert least_time(RTX_4090, "float32", **batch).bound == "memory"
    assert least_time(RTX_4090, "float64", **batch).bound == "arithmetic"


def test_an_unknown_card_is_held_for_the_fastest() -> None:
    unknown = Card("of tomorrow", (99, 0), 132, 1.980e9, 2.619e9, 5120)

    assert unknown.operations_per_s("float64") == H100.operations_per_s("float64")


def test_a_card_that_does_not_tell_its_clocks_has_no_limit() -> None:
    silent = Card("silent", (9, 0), 132, 0.0, 0.0, 5120)

    assert least_time(silent, "float32", 1e9, 1e9).seconds == 0.0
