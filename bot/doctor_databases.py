"""The doctor on databases: sound, of a known version, copied, nothing set aside in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.backup import FOLDER
from bot.config import Settings
from bot.finding import Finding
from bot.folder import INBOX, PROGRESS
from bot.inbox import ledger
from engine.database import Schema, examine
from engine.errors import DatabaseError, Trouble
from engine.progress import store
from engine.progress.backup import copies

MB = 1e6


def databases(settings: Settings, now: datetime) -> Iterator[Finding]:
    """What is found of each database; nothing of them changes."""
    folder = settings.storage.path
    inbox = database(folder / INBOX, ledger.SCHEMA)
    yield _without_copies(inbox)
    if inbox.says == "database.holds" and (count := _set_aside(folder / INBOX)):
        yield Finding("aside", {"count": count}, "aside.do", needed=False)
    progress = database(folder / PROGRESS, store.SCHEMA)
    yield progress
    if progress.says != "database.none":
        yield copied(folder / PROGRESS, settings.backup.every_h, now)


def database(path: Path, schema: Schema) -> Finding:
    """Whether a database can be used as it is."""
    values = {"path": path, "known": schema.version}
    try:
        version = examine(path, schema)
        if not version:
            return Finding("database.none", values)
        size = sum(each.stat().st_size for each in (path, _log(path)) if each.exists())
    except DatabaseError as error:
        key = f"database.{error.trouble}"
        return Finding(key, values | {"detail": error.detail}, f"{key}.do")
    return Finding("database.holds", values | {"version": version, "size_mb": size / MB})


def _without_copies(inbox: Finding) -> Finding:
    """What is waiting in a damaged inbox is lost; there is nothing to put back."""
    damaged = inbox.says == f"database.{Trouble.CORRUPT}"
    return replace(inbox, repair="inbox.corrupt.do") if damaged else inbox


def copied(path: Path, every_h: float, now: datetime) -> Finding:
    """Whether there is a copy as young as the schedule promises; one may be due just now."""
    folder = path.parent / FOLDER
    try:
        found = copies(folder, path)
    except DatabaseError as error:
        return Finding(
            "copies.fails", {"why": error.detail}, "database.unreachable.do", needed=False
        )
    values = {"count": len(found), "folder": folder, "every_h": every_h}
    if not found:
        return Finding("copies.none", values, "copies.do", needed=False)
    age = now - found[-1].made
    values |= {"age_h": age / timedelta(hours=1)}
    if not every_h:
        return Finding("copies.off", values)
    if age > 2 * timedelta(hours=every_h):
        return Finding("copies.old", values, "copies.do", needed=False)
    return Finding("copies.holds", values)


def _set_aside(path: Path) -> int:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as inbox:
        (count,) = inbox.execute("SELECT count(*) FROM updates WHERE state = 'aside'").fetchone()
    return int(count)


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")
