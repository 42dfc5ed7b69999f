"""Where two curves of times cross, against curves whose crossing is known."""

from __future__ import annotations

from math import ceil, inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.roots.crossover import crossover

COUNTS = [1, 1_000, 1_000_000]


@given(st.floats(1e-7, 1e-3), st.floats(2.0, 900_000.0))
def test_a_constant_and_a_line_cross_where_they_are_equal(each_s: float, equal: float) -> None:
    loop = [each_s * count for count in COUNTS]
    constant = [each_s * equal] * len(COUNTS)

    found = crossover(COUNTS, loop, constant)

    assert found is not None
    assert abs(found - ceil(equal)) <= 1 + 1e-9 * equal


def test_what_is_faster_from_the_beginning_is_so_from_the_first_count() -> None:
    assert crossover(COUNTS, [2.0, 2.0, 2.0], [1.0, 1.0, 1.0]) == 1


@pytest.mark.parametrize("last", [1.0, 2.0])
def test_what_never_becomes_faster_has_no_crossover(last: float) -> None:
    assert crossover(COUNTS, [1.0, 1.0, 1.0], [2.0, 2.0, last]) is None


def test_a_lead_that_is_lost_again_does_not_count() -> None:
    found = crossover([1, 10, 100, 1000], [1, 1, 1, 1], [0.5, 2, 2, 0.5])

    assert found == 317  # half-way between 100 and 1000 in their logarithms


def test_equal_times_are_no_lead() -> None:
    assert crossover([1, 10], [1.0, 1.0], [1.0, 0.5]) == 2


def test_from_the_crossover_on_it_is_faster_at_every_measured_count() -> None:
    found = crossover([1, 2], [1.0, 1.0], [1.5, 0.99])

    assert found == 2


@pytest.mark.parametrize(
    ("counts", "one", "other"),
    [
        ([], [], []),
        ([1], [1.0], [1.0, 2.0]),
        ([0], [1.0], [1.0]),
        ([2, 2], [1.0, 1.0], [1.0, 1.0]),
        ([1], [0.0], [1.0]),
        ([1], [1.0], [nan]),
        ([1], [1.0], [inf]),
    ],
)
def test_what_was_not_measured_has_no_crossover(
    counts: list[int], one: list[float], other: list[float]
) -> None:
    with pytest.raises(ValueError, match=r"time|count"):
        crossover(counts, one, other)
