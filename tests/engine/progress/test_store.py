"""The store opened: everything stays over a restart, and courses do not mix."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine import database
from engine.errors import DatabaseError, Trouble
from engine.progress.records import (
    Holdings,
    Listed,
    NewSubmission,
    Person,
    Seen,
    Submission,
    Told,
)
from engine.progress.store import FILE, Progress

ANNA = Seen(1, "Аня", "anya")


async def opened(folder: Path, course: str = "2026/27", now: float = 1000.0) -> Progress:
    return await Progress.open(folder / FILE, course=course, clock=lambda: now)


async def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    async with await opened(tmp_path) as progress:
        await progress.people.meet(ANNA)
        await progress.people.introduce(1, "Анна Ёлкина", "231")
        await progress.people.choose_language(1, "en")
        await progress.people.tell(Told(1, "notice", "chat:5"))
        number = await progress.submissions.add(NewSubmission(1, "relu", "x = 1", "7:100"))
        await progress.submissions.judged(number, "right", 2.0, 3.0)

    async with await opened(tmp_path) as progress:
        assert await progress.people.person(1) == Person(
            1, "Аня", "anya", "en", "Анна Ёлкина", "231", False, 1000.0
        )
        assert await progress.people.languages() == {1: "en"}
        assert await progress.people.told() == [Told(1, "notice", "chat:5")]
        assert await progress.submissions.of(1) == [
            Submission(number, 1, "relu", "x = 1", 1000.0, "right", 2.0, 3.0, 1000.0)
        ]
        assert await progress.keeping.holdings(1) == Holdings(1, 1, 1, True)


async def test_new_course_begins_empty_and_the_old_one_stays(tmp_path: Path) -> None:
    async with await opened(tmp_path, "2025/26") as progress:
        await progress.people.meet(ANNA)
        await progress.people.introduce(1, "Анна Ёлкина", "231")
        await progress.roster.load([Listed("Ёлкина Анна", "231")])
        await progress.submissions.add(NewSubmission(1, "relu", "x = 1", "7:100"))

    async with await opened(tmp_path, "2026/27") as progress:
        person = await progress.people.person(1)
        matches = await progress.roster.matches()

        assert person is not None
        assert (person.shown_name, person.name, person.group) == ("Аня", None, None)
        assert (matches.found, matches.missing, matches.unlisted) == ((), (), ())
        assert await progress.submissions.of(1) == []
        everything = await progress.keeping.everything(1)
        assert [each["course"] for each in everything["submissions"]] == ["2025/26"]

    async with await opened(tmp_path, "2025/26") as progress:
        assert len(await progress.submissions.of(1)) == 1
        assert len((await progress.roster.matches()).found) == 1


async def test_roster_is_matched_confirmed_and_replaced(tmp_path: Path) -> None:
    async with await opened(tmp_path) as progress:
        await progress.people.meet(ANNA)
        await progress.people.introduce(1, "анна елкина", "231")
        matches = await progress.roster.load([Listed("Ёлкина Анна Петровна", "БПМИ-231")])

        assert [(match.person, match.certain) for match in matches.found] == [(1, True)]
        assert await progress.roster.confirm(matches.found) == 1
        assert await progress.roster.confirm(matches.found) == 0
        again = await progress.roster.load([Listed("Ёлкина Анна Петровна", "БПМИ-232")])
        person = await progress.people.person(1)

        assert person is not None
        assert person.listed
        assert again.found == ()


async def test_forgotten_with_marks_leaves_marks_and_name(tmp_path: Path) -> None:
    async with await opened(tmp_path) as progress:
        await progress.people.meet(ANNA)
        await progress.people.introduce(1, "Анна Ёлкина", "231")
        await progress.people.tell(Told(1, "notice", "chat:5"))
        number = await progress.submissions.add(NewSubmission(1, "relu", "secret", "7:100"))
        await progress.submissions.judged(number, "right", 2.0, 3.0)
        await progress.submissions.add(NewSubmission(1, "relu", "unjudged", "7:101"))

        forgotten = await progress.keeping.forget(1, keep_marks=True)
        everything = await progress.keeping.everything(1)

        assert (forgotten.deleted, forgotten.marks) == (Holdings(1, 2, 1, False), 1)
        assert everything.keys() == {"people", "enrolments", "submissions"}
        assert everything["submissions"][0]["code"] is None
        assert everything["people"] == [
            {"id": 1, "shown_name": "", "username": None, "language": None}
            | {"since": None, "seen": None}
        ]


async def test_forgotten_without_marks_is_gone_and_may_come_back(tmp_path: Path) -> None:
    async with await opened(tmp_path) as progress:
        await progress.people.meet(ANNA)
        await progress.people.introduce(1, "Анна Ёлкина", "231")
        number = await progress.submissions.add(NewSubmission(1, "relu", "secret", "7:100"))
        await progress.submissions.judged(number, "right", 2.0, 3.0)

        forgotten = await progress.keeping.forget(1, keep_marks=False)

        assert (forgotten.deleted, forgotten.marks) == (Holdings(1, 1, 0, True), 0)
        assert await progress.keeping.everything(1) == {}
        await progress.people.tell(Told(1, "notice", "chat:5"))  # an answer still on its way
        assert await progress.people.told() == []
        await progress.people.meet(ANNA)
        assert await progress.people.person(1) is not None


async def test_who_was_not_seen_for_long_is_forgotten(tmp_path: Path) -> None:
    async with await opened(tmp_path, now=1000.0) as progress:
        await progress.people.meet(ANNA)
    async with await opened(tmp_path, now=900_000.0) as progress:
        await progress.people.meet(Seen(2, "Боря", None))

        assert await progress.keeping.expire(500_000.0, keep_marks=True) == 1
        assert await progress.people.person(1) is None
        assert await progress.people.person(2) is not None


async def test_store_that_cannot_begin_its_course_is_closed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.01)
    async with await opened(tmp_path):
        with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DatabaseError) as caught:
                await opened(tmp_path, "2027/28")

    assert caught.value.trouble is Trouble.LOCKED
    async with await opened(tmp_path, "2027/28"):
        pass
