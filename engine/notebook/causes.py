"""What stands behind an exception here: something a jail has not, a name that is missing."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any

from engine.notebook.display import printable
from engine.notebook.failure import modules_passed
from engine.records import Note

_NETWORK = {"socket", "ssl", "urllib", "http", "ftplib", "smtplib"}
_DENIED = {errno.EPERM, errno.EACCES, errno.EROFS}
_DENIED_WORDS = ("can't start new thread", "Operation not permitted", "Permission denied")


def notes_on(error: BaseException) -> Iterator[Note]:
    """Notes that explain an exception by what is and is not to be had in a cell."""
    if isinstance(error, ModuleNotFoundError):
        yield Note("note.missing_module", {"name": _text(error.name)})
    elif isinstance(error, NameError) and not isinstance(error, UnboundLocalError):
        yield Note("note.missing_name", {"name": _text(error.name)})
    elif isinstance(error, SystemExit):
        yield Note("note.exit", {})
    elif isinstance(error, EOFError) and "EOF when reading a line" in str(error):
        yield Note("note.input", {})
    elif isinstance(error, (OSError, RuntimeError)):
        yield from _on_refusal(error)


def _on_refusal(error: OSError | RuntimeError) -> Iterator[Note]:
    number = error.errno if isinstance(error, OSError) else None
    denied = number in _DENIED or any(word in str(error) for word in _DENIED_WORDS)
    modules = modules_passed(error)
    if isinstance(error, RuntimeError):
        if denied:
            yield Note("note.forbidden", {"path": ""})
        elif "input(): lost sys.stdin" in str(error):
            yield Note("note.input", {})
    elif modules & _NETWORK and "asyncio" not in modules:
        yield Note("note.network", {})
    elif denied:
        yield Note("note.forbidden", {"path": _text(error.filename)})
    elif isinstance(error, FileNotFoundError):
        yield Note("note.files", {"path": _text(error.filename)})


def _text(value: Any) -> str:
    return printable(value)[:200] if type(value) is str else ""
