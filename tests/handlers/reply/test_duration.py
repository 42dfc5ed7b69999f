"""Three digits, and the unit in which they are easiest to say."""

from __future__ import annotations

import pytest

from handlers.reply import duration
from handlers.words import Words


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "0 нс"),
        (3.4e-9, "3.4 нс"),
        (9.994e-7, "999 нс"),
        (9.996e-7, "1 мкс"),
        (12.4e-6, "12.4 мкс"),
        (0.000_999_6, "1 мс"),
        (0.0999, "99.9 мс"),
        (0.9996, "1 с"),
        (1.234, "1.23 с"),
        (30, "30 с"),
        (1234.5, "1230 с"),
        (float("nan"), "0 нс"),
        (-1.0, "0 нс"),
        (float("inf"), "1000000000 с"),
    ],
)
def test_time_is_said_with_three_digits(seconds: float, said: str) -> None:
    assert duration(Words()("ru"), seconds) == said


def test_english_has_its_own_units() -> None:
    assert duration(Words()("en"), 12.4e-6) == "12.4 µs"
