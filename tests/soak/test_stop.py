"""SIGTERM while there is work: it ends soon, and what was begun is finished or done again."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from bot.local.server import LocalTelegram
from tests.soak.acts import evaluate, wait
from tests.soak.crowd import students
from tests.soak.databases import damages, undone
from tests.soak.tutor import Tutor

PEOPLE: Final = 4
LEAVE_S: Final = 10.0  # what a supervisor gives us before it kills
SLOW: Final = 2  # of them ask for something that takes long


@pytest.mark.soak
@pytest.mark.parametrize("slow_s", [3.0, 8.0])
async def test_begun_work_is_finished_or_done_again(slow_s: float, tmp_path: Path) -> None:
    """A loop that ends before the bot has to, and one that would end later."""
    async with (
        LocalTelegram() as telegram,
        Tutor(telegram, tmp_path / "data", tmp_path / "log") as tutor,
    ):
        everybody = students(telegram, 0, PEOPLE)
        book = everybody[0].book
        await tutor.logs('event="jail ready"')
        for student in everybody:
            evaluate(student)
        for student in everybody[:SLOW]:
            wait(student, slow_s)
        for student in everybody:
            evaluate(student)
        # "Typing" is shown to who has waited for a second; the server tells nobody of it.
        while not telegram.transcript.signals:  # noqa: ASYNC110
            await asyncio.sleep(0.02)

        assert await tutor.stop(LEAVE_S) == 0
        begun = len(book)
        await tutor.start()
        await tutor.logs("event=answering")
        async with asyncio.timeout(60):
            await book.quiet()

        print(f"{begun} calls before the stop, {len(book) - begun} after it")
        assert book.doubles() == []
        assert book.out_of_order() == []
        assert await tutor.stop(LEAVE_S) == 0
        assert damages(tutor.folder) == []
        assert undone(tutor.folder) == []


@pytest.mark.soak
async def test_databases_that_another_program_holds_do_not_hold_up_the_stop(tmp_path: Path) -> None:
    """Each statement waits for them in vain, those of the stop too."""
    async with (
        LocalTelegram() as telegram,
        Tutor(telegram, tmp_path / "data", tmp_path / "log") as tutor,
    ):
        await tutor.logs('event="jail ready"')
        people = [telegram.person(f"student{number}") for number in range(12)]
        for person in people:
            person.send("/eval import time; time.sleep(20)")
        await telegram.world.updates.confirmed()
        while not telegram.transcript.calls:  # noqa: ASYNC110  it tells nobody of a call
            await asyncio.sleep(0.02)
        with (
            closing(held(tutor.folder / "inbox.db")),
            closing(held(tutor.folder / "progress.db")),
        ):
            assert await tutor.stop(LEAVE_S) == 0
        assert len(undone(tutor.folder)) == len(people)


def held(path: Path) -> sqlite3.Connection:
    """Nobody else writes to the database until the connection is closed."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection
