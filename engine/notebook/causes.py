"""What stands behind an exception here: something a jail has not, a name that is missing."""

from __future__ import annotations

import errno
from bdb import BdbQuit
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from engine.notebook.failure import Place, modules_passed
from engine.notebook.near_names import notes_on_line, notes_on_name
from engine.records import Note

_NETWORK = {"socket", "ssl", "urllib", "http", "ftplib", "smtplib"}
_DENIED = {errno.EPERM, errno.EACCES, errno.EROFS}
_DENIED_WORDS = ("can't start new thread", "Operation not permitted", "Permission denied")
_DEVICE_WORDS = ("not compiled with CUDA", "No CUDA GPUs", "NVIDIA driver", "'MPS' backend")


def notes_on(error: BaseException, names: Mapping[str, Any]) -> Iterator[Note]:
    """Notes that explain an exception by what is and is not to be had in a cell.

    `names` are those of the session.
    """
    near = list(notes_on_name(error, names))
    if near:
        yield from near
    elif isinstance(error, ModuleNotFoundError):
        yield Note("note.missing_module", {"name": _text(error.name)})
    elif isinstance(error, NameError) and not isinstance(error, UnboundLocalError):
        yield Note("note.missing_name", {"name": _text(error.name)})
    elif isinstance(error, SystemExit):
        yield Note("note.exit")
    elif isinstance(error, EOFError) and "EOF when reading a line" in str(error):
        yield Note("note.input")
    elif isinstance(error, BdbQuit):
        yield Note("note.debugger")
    elif isinstance(error, OSError):
        yield from _on_system(error)
    elif isinstance(error, (RuntimeError, AssertionError)):
        yield from _on_words(str(error))


def notes_on_syntax(place: Place) -> Iterator[Note]:
    """Notes on a syntax error; that Python gave up where the line begins needs no words."""
    if not place.column:  # the line is sound: it compiled another text
        return
    line = place.cell.lines[place.line - 1]
    read, rest = line[: place.column - 1].strip(), line[place.column - 1 :].strip()
    meant = list(notes_on_line(line))
    if meant:
        yield from meant
    elif read and rest:
        yield Note("note.syntax", {"rest": rest})
    elif read:
        yield Note("note.syntax_end", {"line": place.line})


def _on_system(error: OSError) -> Iterator[Note]:
    denied = error.errno in _DENIED
    passed = modules_passed(error)
    modules = {name.partition(".")[0] for name in passed}
    if modules & _NETWORK and "asyncio" not in modules:
        yield Note("note.network")
    elif denied and "importlib" in modules:
        yield Note("note.missing_module", {"name": _package(_text(error.filename))})
    elif isinstance(error, FileNotFoundError) or (error.errno == errno.EACCES and error.filename):
        yield Note("note.files")
    elif denied and error.filename:
        yield Note("note.no_writing")
    elif denied and "torch.utils.data.dataloader" in passed:
        yield Note("note.workers")
    elif denied or _says(str(error), _DENIED_WORDS):
        yield Note("note.forbidden")


def _on_words(message: str) -> Iterator[Note]:
    if "open file failed" in message:  # how torch.save says it
        yield Note("note.no_writing")
    elif _says(message, _DENIED_WORDS):
        yield Note("note.forbidden")
    elif _says(message, _DEVICE_WORDS):
        yield Note("note.device")
    elif "input(): lost sys.stdin" in message:
        yield Note("note.input")


def _says(message: str, words: tuple[str, ...]) -> bool:
    return any(word in message for word in words)


def _package(path: str) -> str:
    """The top-level package that a file of an installed library belongs to."""
    parts = PurePath(path).parts
    after = parts[parts.index("site-packages") + 1 :] if "site-packages" in parts else parts[-1:]
    return PurePath(after[0]).stem if after else ""


def _text(value: object) -> str:
    return value if type(value) is str else ""  # a class of the user's may hold anything
