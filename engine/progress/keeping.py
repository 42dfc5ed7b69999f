"""What is kept about a person, for them to read and to have deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

from engine.database import Database, Row, Transaction, Value
from engine.progress.people import Met
from engine.progress.records import Forgotten, Holdings
from engine.records import Json

# Every row about a person, by table; what a date is, is named so.
EVERYTHING: Final = {
    "people": """
        SELECT id, shown_name, username, language, since AS since_date, seen AS seen_date
        FROM people WHERE id = ?
    """,
    "enrolments": """
        SELECT courses.name AS course, enrolments.name, enrolments.study_group,
            roster.name AS listed_as, roster.study_group AS listed_in
        FROM enrolments JOIN courses ON courses.id = enrolments.course
            LEFT JOIN roster ON roster.id = enrolments.listed
        WHERE person = ? ORDER BY courses.id
    """,
    "told": "SELECT key, answer, at AS at_date FROM told WHERE person = ? ORDER BY at",
    "submissions": """
        SELECT number, courses.name AS course, exercise, code, source, received AS received_date,
            verdict, points, most, judged AS judged_date
        FROM submissions JOIN courses ON courses.id = submissions.course
        WHERE person = ? ORDER BY number
    """,
}
_HOLDINGS: Final = """
SELECT (SELECT count(*) FROM submissions WHERE person = ?1),
    (SELECT count(code) FROM submissions WHERE person = ?1),
    (SELECT count(*) FROM told WHERE person = ?1),
    EXISTS (SELECT 1 FROM enrolments WHERE person = ?1)
"""


class _Asked(Protocol):
    async def rows(self, sql: str, *values: Value) -> Sequence[Row]: ...


class Keeping:
    """Reads and deletes what is kept about people, over all courses."""

    def __init__(self, database: Database, course: int, met: Met) -> None:
        self._database = database
        self._course = course
        self._met = met

    async def everything(self, person: int) -> dict[str, Json]:
        """All rows about a person, by table; dates in ISO 8601, UTC."""
        async with self._database.transaction() as transaction:
            tables = {
                table: [_readable(row) for row in await transaction.rows(sql, person)]
                for table, sql in EVERYTHING.items()
            }
        return {table: rows for table, rows in tables.items() if rows}

    async def holdings(self, person: int) -> Holdings:
        """How much is kept about a person."""
        return await _holdings(self._database, person)

    async def forget(self, person: int, *, keep_marks: bool) -> Forgotten:
        """Delete what is kept about a person.

        With `keep_marks` what was judged stays without its code, with the name and group that
        the person gave to those courses; without any, or without marks, nothing stays.
        """
        self._met.pop(person, None)  # who writes from here on is met again, after this
        async with self._database.transaction() as transaction:
            forgotten = await _forget(transaction, person, keep_marks)
        await self._database.forget_old_pages()
        return forgotten

    async def expire(self, before: float, *, keep_marks: bool) -> int:
        """Forget everyone not seen since then; how many these were.

        The lines of other courses' rosters go too, where nobody is linked to them.
        """
        async with self._database.transaction() as transaction:
            rows = await transaction.rows("SELECT id FROM people WHERE seen < ?", before)
            for (person,) in rows:
                self._met.pop(person, None)
                await _forget(transaction, person, keep_marks)
            lines = await transaction.write(_UNLINKED, self._course, before)
        if rows or lines:
            await self._database.forget_old_pages()
        return len(rows)


_UNLINKED: Final = """
DELETE FROM roster WHERE id NOT IN (SELECT listed FROM enrolments WHERE listed IS NOT NULL)
    AND course IN (SELECT id FROM courses WHERE id <> ? AND began < ?)
"""


async def _holdings(asked: _Asked, person: int) -> Holdings:
    ((submissions, code, told, name),) = await asked.rows(_HOLDINGS, person)
    return Holdings(submissions, code, told, bool(name))


async def _forget(transaction: Transaction, person: int, keep_marks: bool) -> Forgotten:
    had = await _holdings(transaction, person)
    if keep_marks:
        await _only_marks(transaction, person)
        left = await _holdings(transaction, person)
        if left.submissions:
            gone = Holdings(
                had.submissions - left.submissions, had.code, had.told, had.name and not left.name
            )
            return Forgotten(gone, left.submissions)
    await transaction.write("DELETE FROM people WHERE id = ?", person)  # and what refers to it
    return Forgotten(had, 0)


async def _only_marks(transaction: Transaction, person: int) -> None:
    """What was not judged can no longer be, without its code: it is no mark."""
    for sql in (
        "DELETE FROM submissions WHERE person = ?1 AND judged IS NULL",
        "UPDATE submissions SET code = NULL WHERE person = ?1",
        "DELETE FROM told WHERE person = ?1",
        "DELETE FROM enrolments WHERE person = ?1"
        " AND course NOT IN (SELECT course FROM submissions WHERE person = ?1)",
        "UPDATE people SET shown_name = '', username = NULL, language = NULL, since = NULL,"
        " seen = NULL WHERE id = ?1",
    ):
        await transaction.write(sql, person)


def _readable(row: Row) -> dict[str, Json]:
    return dict(_field(name, row[name]) for name in row.keys())  # noqa: SIM118 - a row has no names


def _field(name: str, value: Json) -> tuple[str, Json]:
    if not name.endswith("_date"):
        return name, value
    date = None if value is None else datetime.fromtimestamp(value, UTC).isoformat()
    return name.removesuffix("_date"), date
