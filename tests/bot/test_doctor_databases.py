"""The doctor on databases: in use, damaged, not copied, with updates set aside."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from telegram import Update

from bot.backup import FOLDER
from bot.config import Backup, Settings, Storage
from bot.doctor import told
from bot.doctor_databases import copied, database, databases
from bot.doctor_words import EN, WORDS
from bot.finding import Finding
from bot.folder import INBOX, PROGRESS
from bot.inbox import ledger
from engine.errors import Trouble
from engine.progress.backup import back_up
from engine.progress.store import SCHEMA, Progress

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def settings(folder: Path, every_h: float = 24.0) -> Settings:
    return Settings.model_construct(
        storage=Storage(path=folder), backup=Backup(every_h=every_h, keep=7)
    )


async def made(folder: Path) -> None:
    """Both databases, as a bot leaves them."""
    opened = await ledger.Ledger.open(folder / INBOX, bot_id=7)
    await opened.add(Update(update_id=1))
    await opened.close()
    async with await Progress.open(folder / PROGRESS, course="2026/27", clock=lambda: 0.0):
        pass


def lines(found: Finding) -> list[str]:
    return told(found, EN).splitlines()


def test_before_the_first_start_nothing_is_wrong(tmp_path: Path) -> None:
    found = [*databases(settings(tmp_path), NOW)]

    assert [finding.says for finding in found] == ["database.none", "database.none"]
    assert [*tmp_path.iterdir()] == []


async def test_databases_of_a_running_bot_are_told_with_version_and_size(tmp_path: Path) -> None:
    await made(tmp_path)
    async with await Progress.open(tmp_path / PROGRESS, course="2026/27", clock=lambda: 0.0):
        back_up(tmp_path / PROGRESS, SCHEMA, tmp_path / FOLDER, 7, NOW - timedelta(hours=3))
        found = [*databases(settings(tmp_path), NOW)]

    assert all(finding.holds for finding in found)
    version = SCHEMA.version
    assert lines(found[1])[0].startswith(
        f"✓ {tmp_path / PROGRESS}: sound, version {version} of {version}, 0."
    )
    assert lines(found[2])[0].startswith("✓ copies of the database: 1, the newest 3 h old; ")


async def test_updates_set_aside_are_counted(tmp_path: Path) -> None:
    opened = await ledger.Ledger.open(tmp_path / INBOX, bot_id=7)
    await opened.add(Update(update_id=1))
    await opened.set_aside(1)
    await opened.close()

    found = {finding.says: finding for finding in databases(settings(tmp_path), NOW)}

    assert lines(found["aside"])[0].startswith("– updates set aside: 1; ")


@pytest.mark.parametrize(
    ("trouble", "spoil"),
    [
        (Trouble.FUTURE, "PRAGMA user_version = 1000"),
        (Trouble.FOREIGN, "PRAGMA application_id = 1"),
    ],
)
async def test_database_that_cannot_be_used_is_told_with_its_repair(
    tmp_path: Path, trouble: Trouble, spoil: str
) -> None:
    await made(tmp_path)
    with closing(sqlite3.connect(tmp_path / PROGRESS)) as connection:
        connection.execute(spoil)

    found = database(tmp_path / PROGRESS, SCHEMA)

    assert found.says == f"database.{trouble}"
    assert not found.holds
    assert lines(found)[1].startswith("  → ")


async def test_damaged_database_is_told_with_how_to_put_a_copy_back(tmp_path: Path) -> None:
    await made(tmp_path)
    (tmp_path / PROGRESS).write_bytes(b"\xa5" * 100_000)

    found = database(tmp_path / PROGRESS, SCHEMA)

    assert lines(found)[0].startswith(f"✗ {tmp_path / PROGRESS}: the database is damaged")
    assert "tutor backup --restore FILE" in lines(found)[1]


async def test_damaged_inbox_has_no_copy_to_put_back(tmp_path: Path) -> None:
    await made(tmp_path)
    (tmp_path / INBOX).write_bytes(b"\xa5" * 100_000)

    found = next(iter(databases(settings(tmp_path), NOW)))

    assert lines(found)[0].startswith("✗ ")
    assert lines(found)[1].startswith("  → move the file away: ")


@pytest.mark.parametrize(
    ("every_h", "ages_h", "says"),
    [
        (24.0, [], "copies.none"),
        (24.0, [72, 47], "copies.holds"),
        (24.0, [72, 49], "copies.old"),
        (1.0, [3], "copies.old"),
        (0.0, [], "copies.none"),
        (0.0, [900], "copies.off"),
        (24.0, [-1], "copies.holds"),  # the clock was set back
    ],
)
async def test_copies_are_measured_by_the_schedule(
    tmp_path: Path, every_h: float, ages_h: list[int], says: str
) -> None:
    await made(tmp_path)
    for age in ages_h:
        back_up(tmp_path / PROGRESS, SCHEMA, tmp_path / FOLDER, 7, NOW - timedelta(hours=age))

    found = copied(tmp_path / PROGRESS, every_h, NOW)

    assert found.says == says
    assert not found.needed or found.holds  # the tutor works without copies


def test_every_trouble_has_words_and_a_repair() -> None:
    for words in WORDS.values():
        for trouble in Trouble:
            finding = Finding(
                f"database.{trouble}", {"path": "p", "detail": "d"}, f"database.{trouble}.do"
            )
            assert told(finding, words)
