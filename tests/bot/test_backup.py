"""`tutor backup`: a copy made and put back, what is printed; the schedule."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.backup import FOLDER, due_s, regularly
from bot.config import Backup
from bot.folder import PROGRESS, held
from engine.progress.backup import back_up, copies
from engine.progress.records import Seen
from engine.progress.store import SCHEMA, Progress

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the databases in which `tutor` runs."""
    monkeypatch.setenv("TUTOR_STORAGE__PATH", str(tmp_path))
    return tmp_path


async def opened(folder: Path) -> Progress:
    return await Progress.open(folder / PROGRESS, course="2026/27", clock=lambda: 0.0)


async def met(folder: Path, *ids: int) -> None:
    async with await opened(folder) as progress:
        for id in ids:
            await progress.people.meet(Seen(id, f"№{id}", None))


async def those_known(folder: Path, *ids: int) -> list[int]:
    async with await opened(folder) as progress:
        return [id for id in ids if await progress.people.person(id) is not None]


def the_copies(folder: Path) -> list[Path]:
    return [copy.path for copy in copies(folder / FOLDER, folder / PROGRESS)]


async def test_copy_is_made_while_the_bot_runs(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with held(folder):
        async with await opened(folder):
            assert main(["backup"]) == 0

    (copy,) = the_copies(folder)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{folder / PROGRESS} copied to {copy} (0.1 MB)"
    assert lines[1].startswith("1 of at most 7 copies are kept, the oldest of 20")


async def test_no_more_copies_are_kept_than_wanted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await met(folder, 1)
    for day in range(3):
        back_up(folder / PROGRESS, SCHEMA, folder / FOLDER, 7, NOW - timedelta(days=day))
    monkeypatch.setenv("TUTOR_BACKUP__KEEP", "2")

    assert main(["backup"]) == 0
    assert len(the_copies(folder)) == 2


def test_without_a_database_there_is_no_copy(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup"]) == 1
    assert capsys.readouterr().err.startswith(f"tutor: {folder / PROGRESS}: ")
    assert the_copies(folder) == []


async def test_copy_is_put_back_and_what_was_there_is_kept(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await met(folder, 1)
    main(["backup"])
    (copy,) = the_copies(folder)
    await met(folder, 2)
    capsys.readouterr()

    assert main(["backup", "--restore", str(copy)]) == 0

    assert await those_known(folder, 1, 2) == [1]
    assert capsys.readouterr().out.splitlines() == [
        f"{folder / PROGRESS} restored from {copy}",
        f"what was there is now {folder / 'progress-replaced-1.db'}; "
        "delete it when nothing in it is needed",
        "who asked to be forgotten after this copy was made is in the database again",
    ]


async def test_nothing_is_put_back_while_a_bot_runs(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await met(folder, 1)
    main(["backup"])
    (copy,) = the_copies(folder)

    with held(folder):
        assert main(["backup", "--restore", str(copy)]) == 1

    assert "another tutor is using this folder" in capsys.readouterr().err
    assert not [path for path in folder.iterdir() if "replaced" in path.name]


async def test_file_that_is_no_copy_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await met(folder, 1)
    wrong = folder / "roster.csv"
    wrong.write_text("Фамилия;Имя\n")

    assert main(["backup", "--restore", str(wrong)]) == 1
    refused = capsys.readouterr().err.splitlines()
    assert refused[0].startswith(f"tutor: {wrong}: it is damaged")
    assert refused[1] == f"nothing was changed; the copies made so far are in {folder / FOLDER}"
    assert await those_known(folder, 1) == [1]


def test_folder_that_is_not_there_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUTOR_STORAGE__PATH", str(folder / "nowhere"))

    assert main(["backup"]) == 1
    assert main(["backup", "--restore", str(folder / "copy.db")]) == 1
    assert str(folder / "nowhere") in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ages_h", "due_h"),
    [([], 0), ([30, 1], 23), ([24], 0), ([100], 0), ([-5], 0), ([-5, 20], 4)],
)
async def test_next_copy_is_due_by_the_newest_over_restarts(
    folder: Path, ages_h: list[int], due_h: float
) -> None:
    await met(folder, 1)
    for age in ages_h:
        back_up(folder / PROGRESS, SCHEMA, folder / FOLDER, 7, NOW - timedelta(hours=age))

    assert due_s(folder / PROGRESS, folder / FOLDER, 24.0, NOW) == due_h * 3600


class Said(logging.Handler):
    """What a schedule has logged."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: asyncio.Queue[str] = asyncio.Queue()

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.put_nowait(record.getMessage())

    async def next(self) -> str:
        async with asyncio.timeout(30):
            return await self._lines.get()


@contextlib.asynccontextmanager
async def scheduled(progress: Progress, settings: Backup) -> AsyncIterator[Said]:
    said, logger = Said(), logging.getLogger("bot.backup")
    logger.addHandler(said)
    logger.setLevel(logging.INFO)
    task = asyncio.create_task(regularly(progress.database, settings))
    try:
        yield said
        assert not task.done()
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        logger.removeHandler(said)
        logger.setLevel(logging.NOTSET)


async def test_schedule_makes_the_first_copy_at_once(folder: Path) -> None:
    async with await opened(folder) as progress, scheduled(progress, Backup()) as said:
        assert await said.next() == "copied"

    assert len(the_copies(folder)) == 1


async def test_schedule_goes_on_after_a_copy_that_failed(folder: Path) -> None:
    (folder / FOLDER).write_text("a file where the folder should be")

    async with await opened(folder) as progress, scheduled(progress, Backup()) as said:
        assert await said.next() == "no copy was made"


async def test_no_schedule_makes_no_copy(folder: Path) -> None:
    async with await opened(folder) as progress:
        await regularly(progress.database, Backup(every_h=0.0))

    assert the_copies(folder) == []
