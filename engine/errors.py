"""Errors of the engine that are a user's or an operator's, never ours."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path


class EngineError(Exception):
    """A mistake in what was given to the engine; its text says what and what to do."""


class CannotConfine(EngineError):
    """The host cannot hold untrusted code; nothing may be run."""


class Trouble(StrEnum):
    """What can be wrong with a database, whoever's fault it is."""

    LOCKED = "locked"
    READ_ONLY = "read_only"
    FULL = "full"
    CORRUPT = "corrupt"
    FUTURE = "future"
    FOREIGN = "foreign"
    UNREACHABLE = "unreachable"


WHAT_TO_DO = {
    Trouble.LOCKED: "another program is writing to it; stop that one and try again",
    Trouble.READ_ONLY: "it cannot be written; give this user the right to write it and its folder",
    Trouble.FULL: "the disk is full; make room, what is stored is safe",
    Trouble.CORRUPT: "it is damaged and was left as it is; tutor doctor says how to go on",
    Trouble.FUTURE: "a newer version of the tutor made it; it was left as it is, upgrade the tutor",
    Trouble.FOREIGN: "it is not ours and was left as it is; move it away or set storage.path",
    Trouble.UNREACHABLE: "it cannot be opened; look at storage.path and its rights",
}


class DatabaseError(EngineError):
    """A database cannot be used; nothing in it was overwritten."""

    def __init__(self, trouble: Trouble, path: Path, detail: str) -> None:
        super().__init__(f"{path}: {WHAT_TO_DO[trouble]} ({detail})")
        self.trouble = trouble
        self.path = path
        self.detail = detail
