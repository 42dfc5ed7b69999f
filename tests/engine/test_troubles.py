"""What SQLite refuses without saying why, told by the folder; test_database tries real disks."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from engine.errors import DatabaseError, Trouble
from engine.troubles import translated


def test_file_in_a_folder_that_is_gone_is_unreachable(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "a.db"

    with pytest.raises(DatabaseError) as caught, translated(path):
        sqlite3.connect(path)

    assert caught.value.trouble is Trouble.UNREACHABLE


def test_mistake_in_a_call_stays_a_mistake(tmp_path: Path) -> None:
    connection = sqlite3.connect(":memory:")
    connection.close()

    with pytest.raises(sqlite3.ProgrammingError), translated(tmp_path / "a.db"):
        connection.execute("SELECT 1")
