"""Times with three digits in their unit, ratios and counts in the form that people say."""

from __future__ import annotations

import math

import pytest

from handlers.reply.quantity import duration, grouped, times
from handlers.words import Words

RU, EN = Words()("ru"), Words()("en")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "0 нс"),
        (5e-10, "0.500 нс"),
        (3.4e-9, "3.40 нс"),
        (9.994e-7, "999 нс"),
        (9.996e-7, "1.00 мкс"),
        (12.4e-6, "12.4 мкс"),
        (0.000_999_6, "1.00 мс"),
        (0.0999, "99.9 мс"),
        (0.9996, "1.00 с"),
        (1.234, "1.23 с"),
        (30, "30.0 с"),
        (1234.5, "1230 с"),
        (math.nan, "0 нс"),
        (-1.0, "0 нс"),
        (math.inf, "1000000000 с"),
    ],
)
def test_time_is_said_with_three_digits(seconds: float, said: str) -> None:
    assert duration(RU, seconds) == said


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (1.05, "1.05 раза"),
        (1.42, "1.42 раза"),
        (1.999, "2.0 раза"),
        (9.94, "9.9 раза"),
        (9.96, "10 раз"),
        (21.0, "21 раз"),
        (302.4, "302 раза"),
        (math.nan, "0.00 раза"),
        (math.inf, "1000000000000 раз"),
    ],
)
def test_ratio_takes_the_form_of_its_number(ratio: float, said: str) -> None:
    assert times(RU, ratio) == said


def test_english_has_its_own_words() -> None:
    assert duration(EN, 12.4e-6) == "12.4 µs"
    assert times(EN, 3.0) == "3.0×"


def test_counts_are_grouped_by_a_space_that_does_not_break() -> None:
    assert grouped(999) == "999"
    assert grouped(1_000_000) == "1\u00a0000\u00a0000"
