"""The roster: replaced as a whole, links kept where a line stays, confirmed as it was shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.progress.records import Listed, Matches, Person, Seen
from engine.progress.store import FILE, Progress
from tests.engine.progress.conftest import Clock

ANNA = Listed("Ёлкина Анна Петровна", "231")
BORIS = Listed("Ким Борис", "231")


@pytest.fixture(autouse=True)
async def people(progress: Progress) -> None:
    await arrive(progress, 1, "Анна Ёлкина", "231")
    await arrive(progress, 2, "Борис Ким", "231")


async def arrive(progress: Progress, id: int, name: str, group: str | None) -> None:
    await progress.people.meet(Seen(id, f"@{id}", None))
    await progress.people.introduce(id, name, group)


async def linked(progress: Progress) -> dict[int, str]:
    """Person to line, as the file has it."""
    rows = await progress.database.rows(
        "SELECT person, roster.name FROM enrolments JOIN roster ON roster.id = listed"
    )
    return {row["person"]: row["name"] for row in rows}


def ids(people: tuple[Person, ...]) -> list[int]:
    return [person.id for person in people]


async def test_found_missing_and_unlisted_are_told_apart(progress: Progress) -> None:
    await arrive(progress, 3, "Виктор Цой", None)
    await progress.people.meet(Seen(4, "has no name yet", None))
    lines = [ANNA, BORIS, Listed("Пак Глеб", "231")]

    matches = await progress.roster.load(lines)

    assert [(match.listed, match.person, match.certain) for match in matches.found] == [
        (ANNA, 1, True),
        (BORIS, 2, True),
    ]
    assert matches.missing == (lines[2],)
    assert ids(matches.unlisted) == [3]
    assert matches == await progress.roster.matches()


async def test_confirmed_are_linked_and_shown_no_more(progress: Progress) -> None:
    matches = await progress.roster.load([ANNA, BORIS])

    assert await progress.roster.confirm(matches.found) == 2
    assert await progress.roster.matches() == Matches((), (), ())
    assert await linked(progress) == {1: ANNA.name, 2: BORIS.name}


async def test_lines_and_links_are_counted(progress: Progress) -> None:
    assert await progress.roster.counted() == (0, 0)

    matches = await progress.roster.load([ANNA, BORIS, Listed("Пак Глеб", None)])
    await progress.roster.confirm(matches.found[:1])

    assert await progress.roster.counted() == (3, 1)


async def test_confirmed_twice_is_confirmed_once(progress: Progress) -> None:
    matches = await progress.roster.load([ANNA, BORIS])

    assert await progress.roster.confirm([*matches.found, *matches.found]) == 2
    assert await progress.roster.confirm(matches.found) == 0


async def test_line_is_given_to_one_person_only(progress: Progress) -> None:
    await arrive(progress, 3, "Ёлкина Анна", "231")
    matches = await progress.roster.load([ANNA])

    assert [match.certain for match in matches.found] == [False, False]
    assert await progress.roster.confirm(matches.found) == 1
    assert await linked(progress) == {matches.found[0].person: ANNA.name}


async def test_pair_that_changed_since_it_was_shown_is_passed_over(progress: Progress) -> None:
    matches = await progress.roster.load([ANNA, BORIS])
    anna, boris = matches.found
    await progress.people.introduce(1, "Кто-то Другой", "231")
    other_line = replace(boris, listed=Listed("Ким Борис Ильич", "231"))

    assert await progress.roster.confirm([anna, other_line]) == 0
    assert await progress.roster.confirm([boris]) == 1


async def test_pair_of_a_roster_that_was_replaced_is_passed_over(progress: Progress) -> None:
    matches = await progress.roster.load([ANNA])
    await progress.roster.load([BORIS])
    await progress.roster.load([ANNA])  # the same words, and yet another line

    assert await progress.roster.confirm(matches.found) == 0


async def test_line_of_another_course_is_passed_over(
    progress: Progress, tmp_path: Path, clock: Clock
) -> None:
    matches = await progress.roster.load([ANNA])
    async with await Progress.open(tmp_path / FILE, course="2027/28", clock=clock) as later:
        await later.people.introduce(1, "Анна Ёлкина", "231")

        assert await later.roster.confirm(matches.found) == 0


@pytest.mark.parametrize(
    ("lines", "still"),
    [
        ([BORIS, ANNA], {1, 2}),
        ([Listed("елкина  анна петровна", "231")], {1}),  # written otherwise
        ([Listed(ANNA.name, "232"), BORIS], {1, 2}),  # changed groups
        ([Listed(ANNA.name, None)], {1}),
        ([Listed(ANNA.name, "232"), Listed(ANNA.name, "233")], set()),  # which of the two?
        ([ANNA, Listed(ANNA.name, "232")], {1}),
        ([ANNA, ANNA], {1}),
        ([Listed("Ёлкина Анна", "231")], set()),
        ([], set()),
    ],
)
async def test_link_is_kept_where_its_line_stays(
    progress: Progress, lines: list[Listed], still: set[int]
) -> None:
    matches = await progress.roster.load([ANNA, BORIS])
    await progress.roster.confirm(matches.found)

    await progress.roster.load(lines)

    assert {*await linked(progress)} == still
    rows = await progress.database.rows("SELECT name, study_group FROM roster")
    assert sorted(map(str, (Listed(*row) for row in rows))) == sorted(map(str, lines))


async def test_link_stays_with_its_own_line_among_equal_ones(progress: Progress) -> None:
    matches = await progress.roster.load([BORIS, BORIS])
    await progress.roster.confirm(matches.found[1:])

    await progress.roster.load([BORIS])

    assert await linked(progress) == {2: BORIS.name}


async def test_roster_that_fails_halfway_leaves_the_old_one(progress: Progress) -> None:
    await progress.roster.load([ANNA])

    with pytest.raises(UnicodeEncodeError):
        await progress.roster.load([BORIS, Listed("\ud800", None)])

    assert (await progress.roster.matches()).found[0].listed == ANNA
