"""The folder of the databases: held by one process at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.troubles import translated

INBOX = "inbox.db"
PROGRESS = "progress.db"


class FolderHeld(Exception):
    """Another tutor uses the folder; two would answer everything twice."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: another tutor is using this folder; stop it, or choose another folder"
        )


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder; raises `FolderHeld`, or `DatabaseError` where nothing may be written.

    The kernel lets go of it however the process ends.
    """
    path = folder / "lock"
    with translated(path):
        lock = path.open("a")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderHeld(folder) from None
        yield
