"""The present course: named, or the academic year where it is held."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.config import Course
from bot.course import course_name


@pytest.mark.parametrize(
    ("now", "name"),
    [
        (datetime(2026, 7, 31, 20, 59, tzinfo=UTC), "2025/26"),
        (datetime(2026, 7, 31, 21, 0, tzinfo=UTC), "2026/27"),  # 1 August in Moscow
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "2026/27"),
        (datetime(2099, 9, 1, tzinfo=UTC), "2099/00"),
    ],
)
def test_year_begins_on_1_august_by_the_courses_clock(now: datetime, name: str) -> None:
    assert course_name(Course(), now) == name


def test_name_of_the_configuration_wins() -> None:
    assert course_name(Course(name=" Spring "), datetime.now(UTC)) == "Spring"
