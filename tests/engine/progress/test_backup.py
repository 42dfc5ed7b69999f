"""Copies: whole while others write, checked, the newest kept; put back with nothing lost."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.database import Database, Schema, examine
from engine.errors import DatabaseError, Trouble
from engine.progress.backup import back_up, backup, copies, restore
from engine.progress.records import NewSubmission, Seen
from engine.progress.store import FILE, SCHEMA, Progress
from tests.engine.progress.conftest import COURSE, Clock

NOW = datetime(2026, 11, 25, 10, 15, 0, tzinfo=UTC)


async def hand_in(progress: Progress, count: int, start: int = 0) -> None:
    await progress.people.meet(Seen(1, "Аня", None))
    for number in range(start, start + count):
        new = NewSubmission(1, "relu", "x" * 3000, f"7:{number}")
        await progress.submissions.add(new)


def sources(path: Path) -> set[str]:
    """What was handed in, read by another connection."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return {source for (source,) in connection.execute("SELECT source FROM submissions")}


def expected(count: int) -> set[str]:
    return {f"7:{number}" for number in range(count)}


async def test_copy_of_an_open_database_is_one_whole_private_file(
    progress: Progress, tmp_path: Path
) -> None:
    await hand_in(progress, 5)

    path = await backup(progress.database, tmp_path / "copies", 7, NOW)

    assert path == tmp_path / "copies" / "progress-20261125T101500Z.db"
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    assert examine(path, SCHEMA) == SCHEMA.version
    assert sources(path) == expected(5)


async def test_time_of_a_copy_is_told_in_utc(progress: Progress, tmp_path: Path) -> None:
    moscow = NOW.astimezone(tz=None) + timedelta(hours=1)

    path = await backup(progress.database, tmp_path / "copies", 7, moscow)

    assert [each.made for each in copies(path.parent, progress.database.path)] == [
        NOW + timedelta(hours=1)
    ]


async def test_copies_made_among_writers_are_whole_and_stop_nobody(
    progress: Progress, tmp_path: Path
) -> None:
    await hand_in(progress, 300)
    writing = asyncio.create_task(hand_in(progress, 300, start=300))
    known = 300
    made = 0
    while not writing.done():
        path = await backup(progress.database, tmp_path / "copies", 7, NOW)
        made += 1
        found = sources(path)
        assert found == expected(len(found))  # all that was written up to one moment
        assert len(found) >= known
        known = len(found)
    await writing

    assert made > 1
    assert len(await progress.submissions.of(1)) == 600


async def test_only_the_newest_copies_are_kept_and_nothing_else_is_touched(
    progress: Progress, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    others = ["inbox-20261125T101500Z.db", "progress-before-the-move.db", "progress-2026.db", "a"]
    for name in others:
        (folder / name).write_text("mine")

    for day in range(5):
        await backup(progress.database, folder, 3, NOW + timedelta(days=day))

    assert [each.made.day for each in copies(folder, progress.database.path)] == [27, 28, 29]
    assert {path.name for path in folder.iterdir()} >= {*others}


async def test_new_copy_stays_when_the_clock_was_set_back(
    progress: Progress, tmp_path: Path
) -> None:
    await backup(progress.database, tmp_path / "copies", 1, NOW)

    path = await backup(progress.database, tmp_path / "copies", 1, NOW - timedelta(days=9))

    assert path.exists()


async def test_two_copies_in_one_second_are_the_later_one(
    progress: Progress, tmp_path: Path
) -> None:
    await backup(progress.database, tmp_path / "copies", 7, NOW)
    await hand_in(progress, 2)
    path = await backup(progress.database, tmp_path / "copies", 7, NOW)

    assert len(copies(path.parent, progress.database.path)) == 1
    assert sources(path) == expected(2)


async def test_leftovers_of_a_crash_are_cleared_and_never_taken_for_copies(
    progress: Progress, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    old, new = folder / "progress-old.part", folder / "progress-new.part"
    for left in (old, new):
        left.write_text("half a copy")
    os.utime(old, (time.time() - 7200,) * 2)

    assert copies(folder, progress.database.path) == []
    await backup(progress.database, folder, 7, NOW)

    assert not old.exists()
    assert new.exists()  # another program may be writing it


async def test_copy_of_a_damaged_database_is_none_and_older_ones_stay(
    tmp_path: Path, clock: Clock
) -> None:
    path, folder = tmp_path / FILE, tmp_path / "copies"
    async with await Progress.open(path, course=COURSE, clock=clock) as progress:
        await hand_in(progress, 50)
    good = back_up(path, SCHEMA, folder, 1, NOW)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xa5" * 8192)

    with pytest.raises(DatabaseError) as caught:
        back_up(path, SCHEMA, folder, 1, NOW + timedelta(days=1))

    assert caught.value.trouble is Trouble.CORRUPT
    assert [each.name for each in folder.iterdir()] == [good.name]


@pytest.mark.parametrize("there", [True, False])
async def test_restored_is_as_it_was_copied(tmp_path: Path, clock: Clock, *, there: bool) -> None:
    path = tmp_path / FILE
    async with await Progress.open(path, course=COURSE, clock=clock) as progress:
        await hand_in(progress, 5)
        copy = await backup(progress.database, tmp_path / "copies", 7, NOW)
        await hand_in(progress, 5, start=5)
    before = copy.read_bytes()
    if not there:
        path.unlink()

    aside = restore(copy, path, SCHEMA)

    assert (aside is not None) is there
    assert copy.read_bytes() == before
    async with await Progress.open(path, course=COURSE, clock=clock) as progress:
        assert {f"7:{each.number - 1}" for each in await progress.submissions.of(1)} == expected(5)
        await hand_in(progress, 3, start=5)
    if aside is not None:
        assert sources(aside) == expected(10)


async def test_damaged_database_is_replaced_and_kept(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / FILE
    async with await Progress.open(path, course=COURSE, clock=clock) as progress:
        await hand_in(progress, 5)
        copy = await backup(progress.database, tmp_path / "copies", 7, NOW)
    path.write_bytes(b"\xa5" * 9999)

    aside = restore(copy, path, SCHEMA)

    assert aside is not None
    assert aside.read_bytes() == b"\xa5" * 9999
    assert sources(path) == expected(5)


def leave_a_log(path: Path) -> None:
    """Write to the database and end without closing it: the last rows are in its log alone."""
    program = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("UPDATE people SET shown_name = 'only in the log'")
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", program, path], check=True)
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0


async def test_database_set_aside_keeps_its_log_and_the_copy_does_not_get_it(
    tmp_path: Path, clock: Clock
) -> None:
    path = tmp_path / FILE
    async with await Progress.open(path, course=COURSE, clock=clock) as progress:
        await hand_in(progress, 5)
    copy = back_up(path, SCHEMA, tmp_path / "copies", 7, NOW)
    leave_a_log(path)

    aside = restore(copy, path, SCHEMA)

    assert aside is not None
    for file, name in ((aside, "only in the log"), (path, "Аня")):
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("SELECT shown_name FROM people").fetchall() == [(name,)]


async def test_copy_has_what_is_only_in_the_log(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / FILE
    async with await Progress.open(path, course=COURSE, clock=clock) as progress:
        await hand_in(progress, 1)
    leave_a_log(path)

    copy = back_up(path, SCHEMA, tmp_path / "copies", 7, NOW)

    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT shown_name FROM people").fetchall() == [
            ("only in the log",)
        ]


async def test_nothing_restored_over_is_ever_deleted(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / FILE
    async with await Progress.open(path, course=COURSE, clock=clock) as progress:
        copy = await backup(progress.database, tmp_path / "copies", 7, NOW)

    asides = {restore(copy, path, SCHEMA) for _ in range(3)}

    assert len(asides) == 3
    assert all(aside is not None and aside.exists() for aside in asides)


@pytest.mark.parametrize("fault", ["missing", "empty", "text", "cut", "foreign", "future"])
async def test_copy_that_is_not_sound_changes_nothing(
    tmp_path: Path, clock: Clock, fault: str
) -> None:
    path = tmp_path / FILE
    async with await Progress.open(path, course=COURSE, clock=clock) as progress:
        await hand_in(progress, 50)
        copy = await backup(progress.database, tmp_path / "copies", 7, NOW)
    _spoil(copy, fault)
    before = path.read_bytes()

    with pytest.raises(DatabaseError) as caught:
        restore(copy, path, SCHEMA)

    assert (
        caught.value.trouble
        is {
            "missing": Trouble.UNREACHABLE,
            "empty": Trouble.FOREIGN,
            "text": Trouble.CORRUPT,
            "cut": Trouble.CORRUPT,
            "foreign": Trouble.FOREIGN,
            "future": Trouble.FUTURE,
        }[fault]
    )
    assert path.read_bytes() == before
    assert {each.name for each in tmp_path.iterdir()} == {FILE, "copies"}


def _spoil(copy: Path, fault: str) -> None:
    match fault:
        case "missing":
            copy.unlink()
        case "empty":
            copy.write_bytes(b"")
        case "text":
            copy.write_text("Фамилия;Имя\n" * 1000)
        case "cut":
            os.truncate(copy, copy.stat().st_size // 2)
        case "foreign" | "future":
            mark = {"foreign": "application_id = 1", "future": f"user_version = {10**6}"}[fault]
            with closing(sqlite3.connect(copy)) as connection:
                connection.execute(f"PRAGMA {mark}")


async def test_copy_of_an_older_version_is_migrated_when_it_is_opened(tmp_path: Path) -> None:
    old = Schema(5, ("CREATE TABLE a (x INTEGER) STRICT",))
    new = Schema(5, (*old.migrations, "ALTER TABLE a ADD COLUMN y INTEGER"))
    async with await Database.open(tmp_path / "a.db", old) as database:
        await database.write("INSERT INTO a VALUES (1)")
        copy = await backup(database, tmp_path / "copies", 7, NOW)

    restore(copy, tmp_path / "a.db", new)

    async with await Database.open(tmp_path / "a.db", new) as database:
        assert [tuple(row) for row in await database.rows("SELECT x, y FROM a")] == [(1, None)]
