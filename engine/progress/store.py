"""The progress of a course, opened: its parts, by what they are about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from engine.database import Database, Schema
from engine.progress.keeping import Keeping
from engine.progress.people import People, those_met
from engine.progress.roster import Roster
from engine.progress.submissions import Submissions

FILE: Final = "progress.db"
SCHEMA: Final = Schema.of("engine.progress.migrations", 0x54757450)  # "TutP"


class Progress:
    """What is kept for the present course and about its people, in one open database."""

    def __init__(
        self,
        database: Database,
        course: str,
        people: People,
        roster: Roster,
        submissions: Submissions,
        keeping: Keeping,
    ) -> None:
        self.database = database
        self.course = course
        self.people = people
        self.roster = roster
        self.submissions = submissions
        self.keeping = keeping

    @classmethod
    async def open(cls, path: Path, *, course: str, clock: Callable[[], float]) -> Self:
        """Open or make the file for a course; a name not held before begins a new one.

        Raises `DatabaseError` when the file cannot be used; it is left as it is.
        """
        database = await Database.open(path, SCHEMA)
        try:
            id, met = await _course(database, course, clock()), await those_met(database)
        except BaseException:
            await database.close()
            raise
        return cls(
            database,
            course,
            People(database, id, clock, met),
            Roster(database, id),
            Submissions(database, id, clock),
            Keeping(database, id, met),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.database.close()


async def _course(database: Database, name: str, now: float) -> int:
    sql = "INSERT INTO courses (name, began) VALUES (?, ?) ON CONFLICT (name) DO NOTHING"
    await database.write(sql, name, now)
    ((id,),) = await database.rows("SELECT id FROM courses WHERE name = ?", name)
    return int(id)
