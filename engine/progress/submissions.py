"""What students hand in: on disk before they are told so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from engine.database import Database
from engine.progress.records import NewSubmission, Submission

_SUBMISSION: Final = """
SELECT number, person, exercise, code, received, verdict, points, most, judged FROM submissions
"""
# Not ON CONFLICT, which would use up a number.
_NEW: Final = """
INSERT INTO submissions (course, person, exercise, code, source, received)
SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM submissions WHERE source = ?5)
"""


class Submissions:
    """Submissions to the present course."""

    def __init__(self, database: Database, course: int, clock: Callable[[], float]) -> None:
        self._database = database
        self._course = course
        self._clock = clock

    async def add(self, new: NewSubmission) -> int:
        """Keep a submission of someone already met; its number.

        The same source again is the same submission: its number, and nothing is written over.
        """
        async with self._database.transaction() as transaction:
            await transaction.write(
                _NEW, self._course, new.person, new.exercise, new.code, new.source, self._clock()
            )
            ((number,),) = await transaction.rows(
                "SELECT number FROM submissions WHERE source = ?", new.source
            )
        return int(number)

    async def judged(self, number: int, verdict: str, points: float, most: float) -> None:
        """Keep what a submission was found to be; one that was forgotten meanwhile stays so."""
        await self._database.write(
            "UPDATE submissions SET verdict = ?, points = ?, most = ?, judged = ? WHERE number = ?",
            verdict,
            points,
            most,
            self._clock(),
            number,
        )

    async def of(self, person: int) -> Sequence[Submission]:
        """What a person handed in to the present course, oldest first."""
        return await self._found("person = ? AND course = ? ORDER BY number", person, self._course)

    async def unjudged(self) -> Sequence[Submission]:
        """What waits to be judged, of any course, oldest first."""
        return await self._found("judged IS NULL ORDER BY number")

    async def _found(self, condition: str, *values: int) -> Sequence[Submission]:
        rows = await self._database.rows(f"{_SUBMISSION} WHERE {condition}", *values)
        return [Submission(*row) for row in rows]
