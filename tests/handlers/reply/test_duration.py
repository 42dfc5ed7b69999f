"""Times are told in the unit that suits them, ratios in the form that the number takes."""

from __future__ import annotations

import math

import pytest

from handlers.reply.duration import duration, times
from handlers.words import Words

RU, EN = Words()("ru"), Words()("en")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3.21e-8, "32.1 нс"),
        (6.2e-6, "6.20 мкс"),
        (5.14e-4, "514 мкс"),
        (9.9996e-4, "1.00 мс"),
        (0.0725, "72.5 мс"),
        (2.5, "2.50 с"),
        (75.0, "75.0 с"),
        (0.0, "0 нс"),
        (-1.0, "0 нс"),
        (math.inf, "1000000 с"),
        (math.nan, "0 нс"),
    ],
)
def test_time_has_three_digits_and_no_exponent(seconds: float, text: str) -> None:
    assert duration(seconds, RU) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (1.04, "в 1.04 раза"),
        (1.42, "в 1.42 раза"),
        (2.04, "в 2.0 раза"),
        (9.94, "в 9.9 раза"),
        (9.96, "в 10 раз"),
        (21.0, "в 21 раз"),
        (302.4, "в 302 раза"),
        (math.nan, "в 0.00 раза"),
    ],
)
def test_ratio_takes_the_form_of_its_number(ratio: float, text: str) -> None:
    assert times(ratio, RU) == text


def test_english_has_its_own_words() -> None:
    assert duration(6.2e-6, EN) == "6.20 µs"
    assert times(3.0, EN) == "3.0 times"
