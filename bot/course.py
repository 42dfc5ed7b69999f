"""What the present course is called."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.config import Course

AUGUST = 8


def course_name(course: Course, now: datetime) -> str:
    """The configured name, else the academic year, which begins on 1 August.

    >>> from datetime import UTC
    >>> course_name(Course(), datetime(2026, 11, 25, tzinfo=UTC))
    '2026/27'
    >>> course_name(Course(), datetime(2026, 7, 31, tzinfo=UTC))
    '2025/26'
    """
    if course.name.strip():
        return course.name.strip()
    today = now.astimezone(ZoneInfo(course.time_zone))
    began = today.year if today.month >= AUGUST else today.year - 1
    return f"{began}/{(began + 1) % 100:02}"
