"""Files of every version there ever was open in this one, and keep their rows."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.database import examine
from engine.progress.store import FILE, SCHEMA, Progress
from tests.engine.progress.versions import FOLDER, of_version

VERSIONS = range(1, SCHEMA.version + 1)
Tables = dict[str, list[tuple[object, ...]]]
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
SCHEMAS = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"


def columns(connection: sqlite3.Connection) -> dict[str, str]:
    """The columns of every table, as a list for a SELECT."""
    return {
        table: ", ".join(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))
        for (table,) in connection.execute(TABLES).fetchall()
    }


def rows(connection: sqlite3.Connection, wanted: dict[str, str]) -> Tables:
    return {
        table: connection.execute(f"SELECT {names} FROM {table} ORDER BY 1, 2").fetchall()
        for table, names in wanted.items()
    }


def test_there_is_a_file_of_every_version() -> None:
    """The newest is missing? `python -m tests.engine.progress.versions` makes it."""
    assert sorted(FOLDER.glob("*.db")) == [of_version(number) for number in VERSIONS]


@pytest.mark.parametrize("number", VERSIONS)
def test_migrations_make_what_they_made_then(number: int) -> None:
    with (
        closing(sqlite3.connect(f"{of_version(number).as_uri()}?immutable=1", uri=True)) as then,
        closing(sqlite3.connect(":memory:")) as now,
    ):
        for migration in SCHEMA.migrations[:number]:
            now.executescript(migration)

        assert then.execute(SCHEMAS).fetchall() == now.execute(SCHEMAS).fetchall()


@pytest.mark.parametrize("number", VERSIONS)
async def test_file_of_a_version_opens_and_keeps_its_rows(number: int, tmp_path: Path) -> None:
    path = tmp_path / FILE
    shutil.copy(of_version(number), path)
    with closing(sqlite3.connect(path)) as connection:
        wanted = columns(connection)
        before = rows(connection, wanted)
    assert all(before.values())  # no table is empty

    async with await Progress.open(path, course="2026/27", clock=lambda: 1_790_000_000.5) as kept:
        everything = await kept.keeping.everything(1)
        assert len(everything["submissions"]) == 4
        assert len(everything["enrolments"]) == 2

    assert examine(path, SCHEMA) == SCHEMA.version
    with closing(sqlite3.connect(path)) as connection:
        assert rows(connection, wanted) == before
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
