"""Submissions: on disk when the number is given, once for one source, judged in place."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.progress.records import NewSubmission, Seen, Submission
from engine.progress.store import FILE, Progress
from tests.engine.progress.conftest import Clock

NEW = NewSubmission(1, "relu", "def relu(x):\n    return x.clamp(min=0)\n", "7:100")


@pytest.fixture(autouse=True)
async def people(progress: Progress) -> None:
    await progress.people.meet(Seen(1, "Аня", None))
    await progress.people.meet(Seen(2, "Боря", None))


async def test_submission_is_on_disk_when_its_number_is_given(
    progress: Progress, clock: Clock
) -> None:
    number = await progress.submissions.add(NEW)

    with closing(sqlite3.connect(progress.database.path)) as other:
        found = other.execute("SELECT code, received FROM submissions WHERE number = ?", [number])
        assert found.fetchall() == [(NEW.code, clock.now)]


async def test_same_source_is_the_same_submission(progress: Progress, clock: Clock) -> None:
    first = clock.now
    number = await progress.submissions.add(NEW)
    await progress.submissions.judged(number, "right", 2.0, 3.0)
    clock.now += 60

    assert await progress.submissions.add(NewSubmission(1, "relu", "x", "7:100")) == number
    assert await progress.submissions.of(1) == [
        Submission(number, 1, "relu", NEW.code, first, "right", 2.0, 3.0, first)
    ]


async def test_one_source_handed_over_many_times_at_once_is_one(progress: Progress) -> None:
    numbers = await asyncio.gather(*(progress.submissions.add(NEW) for _ in range(20)))

    assert len({*numbers}) == 1
    assert len(await progress.submissions.of(1)) == 1


async def test_each_has_its_own_oldest_first(progress: Progress) -> None:
    for source, person in enumerate((1, 2, 1)):
        await progress.submissions.add(NewSubmission(person, "relu", str(source), f"7:{source}"))

    assert [each.code for each in await progress.submissions.of(1)] == ["0", "2"]
    assert [each.code for each in await progress.submissions.of(2)] == ["1"]


async def test_unjudged_wait_over_a_restart_in_their_order(
    progress: Progress, tmp_path: Path, clock: Clock
) -> None:
    numbers = [
        await progress.submissions.add(NewSubmission(1, "relu", "x", f"7:{source}"))
        for source in range(3)
    ]
    await progress.submissions.judged(numbers[1], "wrong", 0.0, 3.0)

    # Of a course that is over, too: what was received is judged.
    async with await Progress.open(tmp_path / FILE, course="2027/28", clock=clock) as later:
        assert [each.number for each in await later.submissions.unjudged()] == [
            numbers[0],
            numbers[2],
        ]


async def test_judged_again_is_the_last_verdict(progress: Progress, clock: Clock) -> None:
    number = await progress.submissions.add(NEW)
    await progress.submissions.judged(number, "wrong", 0.0, 3.0)
    clock.now += 5
    await progress.submissions.judged(number, "right", 3.0, 3.0)

    (submission,) = await progress.submissions.of(1)
    assert (submission.verdict, submission.points, submission.judged) == ("right", 3.0, clock.now)


async def test_number_is_never_given_again(progress: Progress) -> None:
    number = await progress.submissions.add(NEW)
    await progress.keeping.forget(1, keep_marks=False)
    await progress.submissions.judged(number, "right", 3.0, 3.0)  # was in the jail meanwhile

    assert await progress.submissions.add(NewSubmission(2, "relu", "x", "7:101")) > number
    assert [each.person for each in await progress.submissions.unjudged()] == [2]


async def test_submission_of_nobody_known_is_our_mistake(progress: Progress) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await progress.submissions.add(NewSubmission(3, "relu", "x", "7:100"))
