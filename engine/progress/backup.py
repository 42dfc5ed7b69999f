"""Copies of a database: made while it is in use, the newest kept, one put back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from engine.database import Database, Schema, examine, snapshot
from engine.errors import DatabaseError, Trouble
from engine.troubles import translated

_STAMP: Final = "%Y%m%dT%H%M%SZ"
_ABANDONED_S: Final = 3600.0  # no copy takes as long


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a database and when it was made, in UTC."""

    path: Path
    made: datetime


def copies(folder: Path, source: Path) -> list[Copy]:
    """The copies of `source` in a folder, the oldest first; no other file is one.

    >>> copies(Path("/nowhere"), Path("progress.db"))
    []
    """
    name = re.compile(rf"{re.escape(source.stem)}-(\d{{8}}T\d{{6}}Z)\.db")
    with translated(folder):
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
    found = [(path, name.fullmatch(path.name)) for path in paths]
    return [Copy(path, _date(match[1])) for path, match in found if match]


async def backup(database: Database, folder: Path, keep: int, now: datetime) -> Path:
    """Copy an open database, as `back_up` does, while others read and write it."""
    async with database.copying:
        return await asyncio.to_thread(back_up, database.path, database.schema, folder, keep, now)


def back_up(source: Path, schema: Schema, folder: Path, keep: int, now: datetime) -> Path:
    """Copy a database and delete all but the `keep` newest copies; where the new one is.

    It has its name only when it is whole, checked and on the disk. Raises `DatabaseError`; all
    copies that were there are there still.
    """
    _sound(source, schema)
    part = _begun(folder, source)
    try:
        _copied(source, part, schema)
        with translated(folder):
            path = part.rename(folder / f"{source.stem}-{now.astimezone(UTC):{_STAMP}}.db")
            _on_disk(folder)
    finally:
        with contextlib.suppress(OSError):  # what failed before is what to tell
            part.unlink()
    with translated(folder):
        for old in copies(folder, source)[:-keep]:
            if old.path != path:  # the clock may have been set back
                old.path.unlink(missing_ok=True)
    return path


def restore(copy: Path, target: Path, schema: Schema) -> Path | None:
    """Put a copy in the place of a database nobody has open; where that one is now, if any.

    Raises `DatabaseError` when the copy is not sound or not ours: then nothing has changed.
    """
    _sound(copy, schema)
    part = _begun(target.parent, target)
    try:
        _copied(copy, part, schema)
        with translated(target):
            aside = _set_aside(target)
            part.rename(target)
            _on_disk(target.parent)
    finally:
        with contextlib.suppress(OSError):  # what failed before is what to tell
            part.unlink()
    return aside


def _sound(source: Path, schema: Schema) -> None:
    if not examine(source, schema):
        if source.exists():
            raise DatabaseError(Trouble.FOREIGN, source, "nothing in it")
        raise DatabaseError(Trouble.UNREACHABLE, source, "no such file")


def _begun(folder: Path, source: Path) -> Path:
    """An empty file to copy to, when what a crash left of earlier ones is deleted."""
    with translated(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        for left in folder.glob(f"{source.stem}-*.part*"):
            if left.stat().st_mtime < time.time() - _ABANDONED_S:
                left.unlink(missing_ok=True)
        file, path = tempfile.mkstemp(".part", f"{source.stem}-", folder)
        os.close(file)
    return Path(path)


def _copied(source: Path, part: Path, schema: Schema) -> None:
    snapshot(source, part)
    _sound(part, schema)
    with translated(part):
        _on_disk(part)


def _set_aside(target: Path) -> Path | None:
    """Move a database away with its log, which belongs to it.

    At every moment either all is where it was, or there is no database at `target`: a log
    without its database, or with another one, would be lost or do harm.
    """
    if not target.exists():
        return None
    names = (target.with_name(f"{target.stem}-replaced-{number}.db") for number in count(1))
    aside = next(name for name in names if not name.exists())
    log, its_log = (path.with_name(f"{path.name}-wal") for path in (target, aside))
    index, its_index = (path.with_name(f"{path.name}-shm") for path in (target, aside))
    if log.exists():
        shutil.copy2(log, its_log)
        _on_disk(its_log)
    target.rename(aside)
    for old, new in ((log, its_log), (index, its_index)):
        if old.exists():
            old.replace(new)
    return aside


def _on_disk(path: Path) -> None:
    """What is in a file or folder survives a power cut from here on."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _date(stamp: str) -> datetime:
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
