"""SIGTERM while there is work: it ends soon, and what was begun is finished or done again."""

from __future__ import annotations

import asyncio
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
@pytest.mark.parametrize("tenths", [30, 70])
async def test_begun_work_is_finished_or_done_again(tenths: int, tmp_path: Path) -> None:
    """A loop that ends before the bot has to, and one that would end later."""
    async with (
        LocalTelegram() as telegram,
        Tutor(telegram, tmp_path / "data", tmp_path / "log") as tutor,
    ):
        everybody = students(telegram, tenths, PEOPLE)
        book = everybody[0].book
        await tutor.logs('event="jail ready"')
        for student in everybody:
            evaluate(student)
        for student in everybody[:SLOW]:
            wait(student, tenths)
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
