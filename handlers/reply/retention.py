"""What is kept about people and for how long: said once, below their first answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from markupsafe import Markup

from handlers.reply.once import Once
from handlers.words import Say

KEY = "notice"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept: days since a person was last seen, marks, and copies, in hours."""

    keep_days: int
    keep_marks: bool
    copies_h: float
    time_zone: str

    def copies_until(self, now: datetime, say: Say) -> str:
        """The day by which the last copy with what is deleted now has made way for another."""
        last = (now + timedelta(hours=self.copies_h)).astimezone(ZoneInfo(self.time_zone))
        return format_date(last, "d MMMM y", locale=say.language)


class Notice:
    """Says it where it has not been said; without `retention` it says nothing."""

    def __init__(self, retention: Retention | None = None, once: Once | None = None) -> None:
        self._retention = retention
        self._once = once or Once()

    def news(self, person: int, answer: str, say: Say) -> Markup | None:
        """The notice, unless the person has read it in another answer."""
        kept = self._retention
        if kept is None or self._once.told_in(person, KEY) not in (None, answer):
            return None
        return say.n("notice.marks" if kept.keep_marks else "notice.all", kept.keep_days)

    async def tell(self, person: int, answer: str) -> None:
        """It stands in the person's chat, in this answer."""
        await self._once.tell(person, KEY, answer)
