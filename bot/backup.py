"""Copies of the progress of the course: by command, on a schedule, and put back."""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.config import Backup, Settings
from bot.folder import PROGRESS, FolderHeld, held
from engine.database import Database
from engine.errors import DatabaseError
from engine.progress.backup import back_up, backup, copies, restore
from engine.progress.store import SCHEMA

FOLDER: Final = "backups"  # in the folder of the databases
FAILED: Final = 1
MB: Final = 1e6
_PAUSE_S: Final = 600.0  # no more often, whatever the settings say; after a failure too

logger = logging.getLogger(__name__)


def make(settings: Settings) -> int:
    """Copy the database, used or not, and print where to; returns the exit status."""
    source, folder = settings.storage.path / PROGRESS, settings.storage.path / FOLDER
    try:
        path = back_up(source, SCHEMA, folder, settings.backup.keep, datetime.now(UTC))
        kept = copies(folder, source)
    except DatabaseError as error:
        return _failed(error)
    print(f"{source} copied to {path} ({path.stat().st_size / MB:.1f} MB)")
    oldest = f"{kept[0].made:%Y-%m-%d %H:%M} UTC"
    print(f"{len(kept)} of at most {settings.backup.keep} copies are kept, the oldest of {oldest}")
    return 0


def put_back(settings: Settings, copy: Path) -> int:
    """Replace the database by a copy while no tutor runs; returns the exit status."""
    target = settings.storage.path / PROGRESS
    try:
        with held(settings.storage.path):
            aside = restore(copy, target, SCHEMA)
    except (DatabaseError, FolderHeld) as error:
        status = _failed(error)
        if isinstance(error, DatabaseError) and error.path == copy:
            others = settings.storage.path / FOLDER
            print(f"nothing was changed; the copies made so far are in {others}", file=sys.stderr)
        return status
    print(f"{target} restored from {copy}")
    if aside is not None:
        print(f"what was there is now {aside}; delete it when nothing in it is needed")
    print("who asked to be forgotten after this copy was made is in the database again")
    return 0


async def regularly(database: Database, settings: Backup) -> None:
    """Copy whenever the newest copy is old enough; a copy that fails is logged and tried again."""
    folder = database.path.parent / FOLDER
    while settings.every_h:
        try:
            await asyncio.sleep(due_s(database.path, folder, settings.every_h, datetime.now(UTC)))
            path = await backup(database, folder, settings.keep, datetime.now(UTC))
            logger.info("copied", extra={"to": path})
        except DatabaseError as error:
            logger.error("no copy was made", extra={"error": error})
        await asyncio.sleep(_PAUSE_S)


def due_s(source: Path, folder: Path, every_h: float, now: datetime) -> float:
    """In how many seconds the next copy is due; a date in the future is no reason to wait."""
    made = [copy.made for copy in copies(folder, source) if copy.made <= now]
    if not made:
        return 0.0
    return max(0.0, (made[-1] + timedelta(hours=every_h) - now).total_seconds())


def _failed(error: Exception) -> int:
    print(f"tutor: {error}", file=sys.stderr)
    return FAILED
