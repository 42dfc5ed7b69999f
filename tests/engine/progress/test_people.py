"""People: met with no more writing than needed, introduced, told once, gone when forgotten."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from engine.errors import DatabaseError
from engine.progress.people import DAY_S
from engine.progress.records import Listed, Person, Seen, Told
from engine.progress.store import Progress
from tests.engine.progress.conftest import COURSE, Clock

ANNA = Seen(1, "Аня", "anya")


async def kept(progress: Progress, id: int = 1) -> Person:
    person = await progress.people.person(id)
    assert person is not None
    return person


async def writes(progress: Progress, seen: Seen) -> int:
    """By how many bytes meeting someone lets the log grow; every commit does."""
    log = progress.database.path.with_name(f"{progress.database.path.name}-wal")
    before = log.stat().st_size
    await progress.people.meet(seen)
    return log.stat().st_size - before


async def test_who_is_met_is_known(progress: Progress, clock: Clock) -> None:
    await progress.people.meet(ANNA)

    assert await kept(progress) == Person(1, "Аня", "anya", None, None, None, False, clock.now)


async def test_nobody_is_known_before(progress: Progress) -> None:
    assert await progress.people.person(1) is None


async def test_meeting_writes_only_news(progress: Progress, clock: Clock) -> None:
    assert await writes(progress, ANNA) > 0
    assert await writes(progress, ANNA) == 0
    assert await writes(progress, Seen(1, "Анна", "anya")) > 0
    assert await writes(progress, Seen(1, "Анна", None)) > 0
    clock.now += DAY_S
    assert await writes(progress, Seen(1, "Анна", None)) > 0
    assert await writes(progress, Seen(1, "Анна", None)) == 0


async def test_day_is_of_utc(progress: Progress, clock: Clock) -> None:
    clock.now = 10 * DAY_S - 1
    await progress.people.meet(ANNA)
    clock.now = 10 * DAY_S
    assert await writes(progress, ANNA) > 0
    clock.now = 11 * DAY_S - 1
    assert await writes(progress, ANNA) == 0


async def test_restart_writes_nobody_again(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "progress.db"
    async with await Progress.open(path, course=COURSE, clock=clock) as progress:
        await progress.people.meet(ANNA)
    async with await Progress.open(path, course=COURSE, clock=clock) as progress:
        assert await writes(progress, ANNA) == 0
        assert await writes(progress, Seen(2, "Боря", None)) > 0


async def test_first_contact_stays_when_names_change(progress: Progress, clock: Clock) -> None:
    first = clock.now
    await progress.people.meet(ANNA)
    clock.now += 10 * DAY_S
    await progress.people.meet(Seen(1, "Анна", None))

    person = await kept(progress)
    assert (person.since, person.shown_name, person.username) == (first, "Анна", None)


async def test_crowd_at_once_is_all_kept(progress: Progress) -> None:
    crowd = [Seen(id, f"№{id}", None) for id in range(1, 101)]
    await asyncio.gather(*(progress.people.meet(seen) for seen in crowd for _ in range(3)))

    assert {(await kept(progress, seen.id)).shown_name for seen in crowd} == {
        seen.shown_name for seen in crowd
    }


async def test_language_is_kept_once_chosen(progress: Progress) -> None:
    await progress.people.meet(ANNA)
    await progress.people.meet(Seen(2, "Боря", None))
    assert await progress.people.languages() == {}

    await progress.people.choose_language(1, "en")
    await progress.people.choose_language(1, "ru")

    assert await progress.people.languages() == {1: "ru"}
    assert (await kept(progress)).language == "ru"


async def test_introduction_is_kept_and_replaced(progress: Progress) -> None:
    await progress.people.meet(ANNA)
    await progress.people.introduce(1, "Анна", None)
    await progress.people.introduce(1, "Анна Ёлкина", "231")

    person = await kept(progress)
    assert (person.name, person.group, person.listed) == ("Анна Ёлкина", "231", False)


@pytest.mark.parametrize(
    ("name", "group", "listed"),
    [
        ("Анна Ёлкина", "231", True),
        ("Анна Ёлкина", "232", False),
        ("Анна Ёлкина", None, False),
        ("Борис Ким", "231", False),
    ],
)
async def test_another_name_opens_what_was_confirmed(
    progress: Progress, name: str, group: str | None, listed: bool
) -> None:
    await progress.people.meet(ANNA)
    await progress.people.introduce(1, "Анна Ёлкина", "231")
    matches = await progress.roster.load([Listed("Ёлкина Анна", "231")])
    await progress.roster.confirm(matches.found)

    await progress.people.introduce(1, name, group)

    assert (await kept(progress)).listed is listed


async def test_what_was_told_first_stays(progress: Progress) -> None:
    await progress.people.meet(ANNA)
    await progress.people.meet(Seen(2, "Боря", None))
    for told in (Told(1, "notice", "a"), Told(1, "notice", "b"), Told(2, "notice", "c")):
        await progress.people.tell(told)

    assert await progress.people.told() == [Told(1, "notice", "a"), Told(2, "notice", "c")]


async def test_of_one_who_is_gone_nothing_is_written(progress: Progress) -> None:
    await progress.people.tell(Told(1, "notice", "a"))
    await progress.people.introduce(1, "Анна", None)
    await progress.people.choose_language(1, "en")

    assert await progress.keeping.everything(1) == {}


@pytest.mark.parametrize("text", ["'; DROP TABLE people; --", "a\0b", "\n", "😀" * 64, "Ё" * 9999])
async def test_any_text_comes_back_as_it_was(progress: Progress, text: str) -> None:
    await progress.people.meet(Seen(1, text, text))
    await progress.people.introduce(1, text, text)

    person = await kept(progress)
    assert (person.shown_name, person.username, person.name, person.group) == (text,) * 4


async def test_ids_are_as_large_as_telegrams(progress: Progress) -> None:
    large = (1 << 52) - 1
    await progress.people.meet(Seen(large, "Аня", None))

    assert (await kept(progress, large)).id == large


async def test_meeting_that_was_not_written_is_written_the_next_time(
    progress: Progress,
) -> None:
    other = sqlite3.connect(progress.database.path, isolation_level=None)
    await progress.database.write("PRAGMA busy_timeout = 1")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError):
        await progress.people.meet(ANNA)
    other.close()

    await progress.people.meet(ANNA)
    assert (await kept(progress)).shown_name == "Аня"
