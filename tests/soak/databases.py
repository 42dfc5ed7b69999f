"""What stands in the bot's databases, read from copies: its own files are left alone."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.folder import INBOX, PROGRESS


def noted(folder: Path) -> set[int]:
    """The ids of all messages that the bot knows to have posted."""
    if not (folder / INBOX).exists():
        return set()
    with _copied(folder / INBOX) as inbox:
        answers = [json.loads(data) for (data,) in inbox.execute("SELECT data FROM answers")]
    return {message for answer in answers for message in (answer["main"], *answer["extras"])}


def damages(folder: Path) -> list[str]:
    """What SQLite finds wrong with the two of them."""
    found = []
    for name in (INBOX, PROGRESS):
        with _copied(folder / name) as database:
            rows = database.execute("PRAGMA integrity_check").fetchall()
        found += [f"{name}: {row}" for (row,) in rows if row != "ok"]
    return found


def undone(folder: Path) -> list[str]:
    """Updates that the bot has taken in and not done."""
    with _copied(folder / INBOX) as inbox:
        rows = inbox.execute("SELECT state, tries, data FROM updates WHERE state <> 'done'")
        return [f"{state} after {tries} tries: {data[:300]}" for state, tries, data in rows]


@contextmanager
def _copied(path: Path) -> Iterator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory() as folder:
        for file in path.parent.glob(f"{path.name}*"):
            shutil.copy(file, folder)
        with closing(sqlite3.connect(Path(folder, path.name))) as connection:
            yield connection
