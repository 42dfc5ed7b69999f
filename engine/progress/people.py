"""The people who write to the bot: how Telegram shows them, who they are, what they were told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from engine.database import Database, Row
from engine.progress.records import Person, Seen, Told

DAY_S: Final = 86400.0
Met = dict[int, tuple[Seen, int]]  # as last written, and on which day

# Followed by a condition; needs the present course as its first value.
PERSON: Final = """
SELECT people.id, shown_name, username, language, enrolments.name, study_group,
    listed IS NOT NULL, coalesce(since, 0.0)
FROM people LEFT JOIN enrolments ON enrolments.person = people.id AND enrolments.course = ?
"""

_MEET: Final = """
INSERT INTO people (id, shown_name, username, since, seen) VALUES (?1, ?2, ?3, ?4, ?4)
ON CONFLICT (id) DO UPDATE SET shown_name = ?2, username = ?3, seen = ?4,
    since = coalesce(since, ?4)
"""


class People:
    """Reads and writes people. One never met, or forgotten, is told nothing and chooses nothing."""

    def __init__(
        self, database: Database, course: int, clock: Callable[[], float], met: Met
    ) -> None:
        self._database = database
        self._course = course
        self._clock = clock
        self._met = met

    async def meet(self, seen: Seen) -> None:
        """Keep who writes: written when new, changed, or first seen on this day; else no I/O."""
        now = self._clock()
        news = (seen, int(now // DAY_S))
        if self._met.get(seen.id) == news:
            return
        self._met[seen.id] = news  # before it is written: who comes next goes by it
        try:
            await self._database.write(_MEET, seen.id, seen.shown_name, seen.username, now)
        except BaseException:
            self._met.pop(seen.id, None)
            raise

    async def person(self, id: int) -> Person | None:
        """The person with this Telegram id, None if never met or gone."""
        found = await self._database.rows(f"{PERSON} WHERE people.id = ?", self._course, id)
        return person_of(found[0]) if found else None

    async def languages(self) -> dict[int, str]:
        """The language of everyone who chose one."""
        sql = "SELECT id, language FROM people WHERE language IS NOT NULL"
        return {row["id"]: row["language"] for row in await self._database.rows(sql)}

    async def choose_language(self, id: int, language: str) -> None:
        """Keep the language that a person chose."""
        await self._database.write("UPDATE people SET language = ? WHERE id = ?", language, id)

    async def introduce(self, id: int, name: str, group: str | None) -> None:
        """Keep who a person says they are to the present course.

        What an instructor confirmed was the name as it stood: with another one it is open again.
        """
        await self._database.write(
            """
            INSERT INTO enrolments (course, person, name, study_group)
            SELECT ?1, id, ?3, ?4 FROM people WHERE id = ?2
            ON CONFLICT (course, person) DO UPDATE SET name = ?3, study_group = ?4,
                listed = CASE WHEN name = ?3 AND study_group IS ?4 THEN listed END
            """,
            self._course,
            id,
            name,
            group,
        )

    async def told(self) -> Sequence[Told]:
        """Everything that was said once, to everyone."""
        rows = await self._database.rows("SELECT person, key, answer FROM told")
        return [Told(*row) for row in rows]

    async def tell(self, told: Told) -> None:
        """Keep that it was said; what was said before stays in its answer."""
        await self._database.write(
            """
            INSERT INTO told (person, key, answer, at)
            SELECT id, ?2, ?3, ?4 FROM people WHERE id = ?1
            ON CONFLICT (person, key) DO NOTHING
            """,
            told.person,
            told.key,
            told.answer,
            self._clock(),
        )


async def those_met(database: Database) -> Met:
    """Everyone as the file has them, so that a restart writes nobody again."""
    rows = await database.rows("SELECT id, shown_name, username, seen FROM people WHERE seen")
    return {id: (Seen(id, shown, user), int(seen // DAY_S)) for id, shown, user, seen in rows}


def person_of(row: Row) -> Person:
    """A row of `PERSON`."""
    id, shown_name, username, language, name, group, listed, since = row
    return Person(id, shown_name, username, language, name, group, bool(listed), since)
