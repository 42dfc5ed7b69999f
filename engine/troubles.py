"""What SQLite and the system say of a database, as a trouble that an operator can mend."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from engine.errors import DatabaseError, Trouble

_LEAST_ROOM: Final = 1 << 20  # bytes; with less, a failed write was a full disk
_TROUBLES: Final = {
    sqlite3.SQLITE_BUSY: Trouble.LOCKED,
    sqlite3.SQLITE_LOCKED: Trouble.LOCKED,
    sqlite3.SQLITE_PROTOCOL: Trouble.LOCKED,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_PERM: Trouble.READ_ONLY,
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_CORRUPT: Trouble.CORRUPT,
    sqlite3.SQLITE_NOTADB: Trouble.CORRUPT,
}
_OS_TROUBLES: Final = {
    errno.ENOSPC: Trouble.FULL,
    errno.EDQUOT: Trouble.FULL,
    errno.EROFS: Trouble.READ_ONLY,
    errno.EACCES: Trouble.READ_ONLY,
    errno.EPERM: Trouble.READ_ONLY,
}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raises `DatabaseError` for what SQLite or the system refuse; a mistake of ours stays one."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a rule of ours is broken: our bug
    except sqlite3.Error as error:
        trouble = _trouble(error, path)
        if trouble is None:
            raise
        raise DatabaseError(trouble, path, str(error)) from error
    except OSError as error:
        trouble = _OS_TROUBLES.get(error.errno or 0, Trouble.UNREACHABLE)
        raise DatabaseError(trouble, path, str(error.strerror)) from error


def _trouble(error: sqlite3.Error, path: Path) -> Trouble | None:
    code: Any = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None  # a mistake in how SQLite is called
    primary = code & 0xFF
    if primary in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return _unopened(path)
    return _TROUBLES.get(primary)


def _unopened(path: Path) -> Trouble:
    """SQLite says no more than that it failed; the folder says why."""
    folder = path.parent
    if not folder.is_dir():
        return Trouble.UNREACHABLE
    if shutil.disk_usage(folder).free < _LEAST_ROOM:
        return Trouble.FULL
    return Trouble.UNREACHABLE if os.access(folder, os.W_OK) else Trouble.READ_ONLY
