"""The roster of the present course: its lines, and which person each line is."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from engine.database import Database, Transaction
from engine.progress.matching import group_key, matched, words
from engine.progress.people import PERSON, person_of
from engine.progress.records import Listed, Match, Matches

Key = tuple[object, ...]

_LINK: Final = """
UPDATE OR IGNORE enrolments SET listed = ?1
WHERE course = ?2 AND person = ?3 AND listed IS NULL AND name = ?4 AND study_group IS ?5
    AND EXISTS (
        SELECT 1 FROM roster WHERE id = ?1 AND course = ?2 AND name = ?6 AND study_group IS ?7
    )
"""


class Roster:
    """Reads and writes the roster; a person is linked to a line only by `confirm`."""

    def __init__(self, database: Database, course: int) -> None:
        self._database = database
        self._course = course

    async def load(self, rows: Sequence[Listed]) -> Matches:
        """Replace the roster by these lines; who was linked to a line that stays is linked still.

        A line stays when its name and group do, or when its name does, which nobody else in
        either roster has: then the person changed groups.
        """
        async with self._database.transaction() as transaction:
            old = await self._lines(transaction, linked_first=True)
            stay = _staying(old, rows)
            for id in old.keys() - stay.values():
                await transaction.write("DELETE FROM roster WHERE id = ?", id)
            for at, row in enumerate(rows):
                await self._put(transaction, stay.get(at), row)
        return await self.matches()

    async def matches(self) -> Matches:
        """Who may be meant by which line, of the people and lines that are not linked yet."""
        async with self._database.transaction() as transaction:
            lines = await self._lines(transaction, linked_first=False)
            found = await transaction.rows(f"{PERSON} WHERE name IS NOT NULL", self._course)
            linked = await transaction.rows(
                "SELECT listed FROM enrolments WHERE course = ? AND listed IS NOT NULL",
                self._course,
            )
        people = {person.id: person for person in map(person_of, found) if not person.listed}
        for (line,) in linked:
            del lines[line]
        given = {id: Listed(each.name or "", each.group) for id, each in people.items()}
        pairs = await asyncio.to_thread(matched, lines, given)
        listed, named = {pair.listed_id for pair in pairs}, {pair.person for pair in pairs}
        return Matches(
            tuple(pairs),
            tuple(line for id, line in lines.items() if id not in listed),
            tuple(person for id, person in people.items() if id not in named),
        )

    async def counted(self) -> tuple[int, int]:
        """How many lines there are, and how many people are linked to one of them."""
        ((lines, linked),) = await self._database.rows(
            """
            SELECT (SELECT count(*) FROM roster WHERE course = ?1),
                (SELECT count(listed) FROM enrolments WHERE course = ?1)
            """,
            self._course,
        )
        return lines, linked

    async def confirm(self, matches: Sequence[Match]) -> int:
        """Link people to their lines; how many were.

        A pair is passed over when either side is linked already or is no longer as it was shown.
        """
        async with self._database.transaction() as transaction:
            return sum([await self._link(transaction, match) for match in matches])

    async def _link(self, transaction: Transaction, match: Match) -> int:
        given, listed = match.given, match.listed
        names = (given.name, given.group, listed.name, listed.group)
        return await transaction.write(_LINK, match.listed_id, self._course, match.person, *names)

    async def _lines(self, transaction: Transaction, *, linked_first: bool) -> dict[int, Listed]:
        order = "enrolments.listed IS NULL, roster.id" if linked_first else "roster.id"
        rows = await transaction.rows(
            "SELECT roster.id, roster.name, roster.study_group FROM roster"
            " LEFT JOIN enrolments ON enrolments.listed = roster.id"
            f" WHERE roster.course = ? ORDER BY {order}",
            self._course,
        )
        return {id: Listed(name, group) for id, name, group in rows}

    async def _put(self, transaction: Transaction, id: int | None, row: Listed) -> None:
        if id is None:
            sql = "INSERT INTO roster (name, study_group, course) VALUES (?, ?, ?)"
            await transaction.write(sql, row.name, row.group, self._course)
        else:
            sql = "UPDATE roster SET name = ?, study_group = ? WHERE id = ?"
            await transaction.write(sql, row.name, row.group, id)


def _staying(old: Mapping[int, Listed], rows: Sequence[Listed]) -> dict[int, int]:
    """For each new line that was there before, by its place, the id of the old one."""
    stay: dict[int, int] = {}
    new = dict(enumerate(rows))
    for key, alone in ((_name_and_group, False), (_name, True)):
        open_old = {id: line for id, line in old.items() if id not in stay.values()}
        open_new = {at: line for at, line in new.items() if at not in stay}
        stay |= _paired(_by(key, open_old), _by(key, open_new), alone=alone)
    return stay


def _paired(
    old: Mapping[Key, list[int]], new: Mapping[Key, list[int]], *, alone: bool
) -> dict[int, int]:
    return {
        at: id
        for key in old.keys() & new.keys()
        if not alone or len(old[key]) == len(new[key]) == 1
        for at, id in zip(new[key], old[key], strict=False)
    }


def _by(key: Callable[[Listed], Key], lines: Mapping[int, Listed]) -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = defaultdict(list)
    for id, line in lines.items():
        found[key(line)].append(id)
    return found


def _name(line: Listed) -> Key:
    return tuple(sorted(words(line.name)))


def _name_and_group(line: Listed) -> Key:
    return (*_name(line), group_key(line.group))
