"""What is kept: shown whole, deleted down to the bytes, what stays is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.progress.keeping import EVERYTHING
from engine.progress.people import DAY_S
from engine.progress.records import Forgotten, Holdings, Listed, NewSubmission, Seen, Told
from engine.progress.store import FILE, Progress
from tests.engine.progress.conftest import COURSE, Clock

SECRET = "mnemonic-7f3a"  # in all that may be deleted, and nowhere else


async def fill(progress: Progress, person: int, *, judged: int = 1, unjudged: int = 1) -> None:
    await progress.people.meet(Seen(person, f"{SECRET} shown", f"{SECRET}_user"))
    await progress.people.choose_language(person, "en")
    await progress.people.introduce(person, f"Name {person}", "231")
    await progress.people.tell(Told(person, "notice", f"{SECRET}:5"))
    for source in range(judged + unjudged):
        new = NewSubmission(person, "relu", f"x = '{SECRET}'" * 500, f"{person}:{source}")
        number = await progress.submissions.add(new)
        if source < judged:
            await progress.submissions.judged(number, "right", 2.0, 3.0)


def files(progress: Progress) -> bytes:
    folder = progress.database.path.parent
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_everything_is_all_rows_of_all_courses(
    progress: Progress, tmp_path: Path, clock: Clock
) -> None:
    await fill(progress, 1)
    await fill(progress, 2)
    matches = await progress.roster.load([Listed("Name 1 Patronymic", "231")])
    await progress.roster.confirm(matches.found)
    async with await Progress.open(tmp_path / FILE, course="2027/28", clock=clock) as later:
        await later.people.introduce(1, "Other", None)
        everything = await later.keeping.everything(1)

    assert everything == {
        "people": [
            {
                "id": 1,
                "shown_name": f"{SECRET} shown",
                "username": f"{SECRET}_user",
                "language": "en",
                "since": "1970-01-12T13:46:40+00:00",
                "seen": "1970-01-12T13:46:40+00:00",
            }
        ],
        "enrolments": [
            {
                "course": COURSE,
                "name": "Name 1",
                "study_group": "231",
                "listed_as": "Name 1 Patronymic",
                "listed_in": "231",
            },
            {
                "course": "2027/28",
                "name": "Other",
                "study_group": None,
                "listed_as": None,
                "listed_in": None,
            },
        ],
        "told": [{"key": "notice", "answer": f"{SECRET}:5", "at": "1970-01-12T13:46:40+00:00"}],
        "submissions": [
            {
                "number": 1,
                "course": COURSE,
                "exercise": "relu",
                "code": f"x = '{SECRET}'" * 500,
                "source": "1:0",
                "received": "1970-01-12T13:46:40+00:00",
                "verdict": "right",
                "points": 2.0,
                "most": 3.0,
                "judged": "1970-01-12T13:46:40+00:00",
            },
            {
                "number": 2,
                "course": COURSE,
                "exercise": "relu",
                "code": f"x = '{SECRET}'" * 500,
                "source": "1:1",
                "received": "1970-01-12T13:46:40+00:00",
                "verdict": None,
                "points": None,
                "most": None,
                "judged": None,
            },
        ],
    }


async def test_every_table_and_column_about_people_is_shown(progress: Progress) -> None:
    """A migration that adds one is noticed here: it must be shown, and forgotten."""
    about = {
        row["tbl"]: {each["name"] for each in await progress.database.rows(COLUMNS, row["tbl"])}
        for row in await progress.database.rows(ABOUT_PEOPLE)
    }
    await fill(progress, 1)
    shown = {table: {*rows[0]} for table, rows in (await progress.keeping.everything(1)).items()}

    assert about.keys() == EVERYTHING.keys()
    for table, columns in about.items():
        # `person` is who asks; `listed` is shown as the line it means.
        assert columns - {"person", "listed"} <= shown[table]


ABOUT_PEOPLE = """
SELECT 'people' AS tbl UNION
SELECT m.name FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f
WHERE m.type = 'table' AND f."table" = 'people'
"""
COLUMNS = "SELECT name FROM pragma_table_info(?)"


async def test_every_row_about_a_person_goes_with_the_person(progress: Progress) -> None:
    rules = await progress.database.rows(
        "SELECT f.on_delete FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f"
        " WHERE f.\"table\" = 'people'"
    )

    assert {rule["on_delete"] for rule in rules} == {"CASCADE"}


async def test_of_nobody_known_nothing_is_kept(progress: Progress) -> None:
    nothing = Holdings(0, 0, 0, False)

    assert await progress.keeping.everything(1) == {}
    assert await progress.keeping.holdings(1) == nothing
    assert await progress.keeping.forget(1, keep_marks=True) == Forgotten(nothing, 0)


@pytest.mark.parametrize("keep_marks", [True, False])
async def test_bytes_of_what_was_forgotten_are_in_no_file(
    progress: Progress, *, keep_marks: bool
) -> None:
    await fill(progress, 1, judged=5, unjudged=2)
    assert SECRET.encode() in files(progress)

    await progress.keeping.forget(1, keep_marks=keep_marks)

    assert SECRET.encode() not in files(progress)
    assert (b"Name 1" in files(progress)) is keep_marks


async def test_marks_stay_without_code(progress: Progress) -> None:
    await fill(progress, 1, judged=3, unjudged=2)

    forgotten = await progress.keeping.forget(1, keep_marks=True)

    assert forgotten == Forgotten(Holdings(2, 5, 1, False), 3)
    assert await progress.keeping.holdings(1) == Holdings(3, 0, 0, True)
    assert [(each.code, each.points) for each in await progress.submissions.of(1)] == [
        (None, 2.0)
    ] * 3
    person = await progress.people.person(1)
    assert person is not None
    assert (person.shown_name, person.username, person.language) == ("", None, None)
    assert (person.name, person.group, person.since) == ("Name 1", "231", 0.0)


async def test_name_goes_where_there_are_no_marks(progress: Progress) -> None:
    await fill(progress, 1, judged=0, unjudged=2)

    assert await progress.keeping.forget(1, keep_marks=True) == Forgotten(
        Holdings(2, 2, 1, True), 0
    )
    assert await progress.people.person(1) is None


async def test_name_stays_only_in_courses_with_marks(
    progress: Progress, tmp_path: Path, clock: Clock
) -> None:
    await fill(progress, 1)
    async with await Progress.open(tmp_path / FILE, course="2027/28", clock=clock) as later:
        await later.people.introduce(1, "Other", None)
        await later.keeping.forget(1, keep_marks=True)
        everything = await later.keeping.everything(1)

    assert [each["course"] for each in everything["enrolments"]] == [COURSE]


async def test_others_are_untouched(progress: Progress) -> None:
    await fill(progress, 1)
    await fill(progress, 2)
    before = await progress.keeping.everything(2)

    await progress.keeping.forget(1, keep_marks=False)

    assert await progress.keeping.everything(2) == before


async def test_forgotten_twice_is_forgotten(progress: Progress) -> None:
    await fill(progress, 1)
    await progress.keeping.forget(1, keep_marks=True)

    again = await progress.keeping.forget(1, keep_marks=True)

    assert again == Forgotten(Holdings(0, 0, 0, False), 1)


async def test_who_comes_back_begins_anew_with_their_marks(
    progress: Progress, clock: Clock
) -> None:
    await fill(progress, 1)
    await progress.keeping.forget(1, keep_marks=True)
    clock.now += DAY_S
    await progress.people.meet(Seen(1, "Аня", None))

    person = await progress.people.person(1)
    assert person is not None
    assert (person.shown_name, person.since, person.name) == ("Аня", clock.now, "Name 1")
    assert await progress.people.told() == []
    assert len(await progress.submissions.of(1)) == 1


async def test_who_comes_back_on_the_same_day_is_met_again(progress: Progress) -> None:
    await fill(progress, 1)
    await progress.keeping.forget(1, keep_marks=False)
    await progress.people.meet(Seen(1, f"{SECRET} shown", f"{SECRET}_user"))

    assert await progress.people.person(1) is not None


async def test_line_of_the_roster_is_open_again(progress: Progress) -> None:
    await fill(progress, 1)
    line = Listed("Name 1 Patronymic", "231")
    matches = await progress.roster.load([line])
    await progress.roster.confirm(matches.found)

    await progress.keeping.forget(1, keep_marks=False)

    assert (await progress.roster.matches()).missing == (line,)


async def test_only_who_was_not_seen_for_so_long_expires(progress: Progress, clock: Clock) -> None:
    await fill(progress, 1)
    await fill(progress, 2)
    clock.now += 300 * DAY_S
    await progress.people.meet(Seen(2, "Боря", None))
    await fill(progress, 3)

    assert await progress.keeping.expire(clock.now - 200 * DAY_S, keep_marks=True) == 1
    assert await progress.keeping.expire(clock.now - 200 * DAY_S, keep_marks=True) == 0
    holdings = [await progress.keeping.holdings(person) for person in (1, 2, 3)]
    assert [held.code for held in holdings] == [0, 2, 2]
    assert SECRET.encode() in files(progress)

    assert await progress.keeping.expire(clock.now + DAY_S, keep_marks=False) == 2
    assert SECRET.encode() not in files(progress)
    assert await progress.keeping.holdings(1) == Holdings(1, 0, 0, True)


async def test_rosters_of_old_courses_expire_where_nobody_is_linked(
    progress: Progress, tmp_path: Path, clock: Clock
) -> None:
    await fill(progress, 1)
    matches = await progress.roster.load([Listed("Name 1", "231"), Listed("Never Came", "231")])
    await progress.roster.confirm(matches.found)
    clock.now += 400 * DAY_S
    async with await Progress.open(tmp_path / FILE, course="2027/28", clock=clock) as later:
        await later.roster.load([Listed("New One", None)])
        assert await later.keeping.expire(clock.now - 365 * DAY_S, keep_marks=True) == 1
        assert [line.name for line in (await later.roster.matches()).missing] == ["New One"]

    assert (await progress.roster.matches()).missing == ()
    assert b"Never Came" not in files(progress)
