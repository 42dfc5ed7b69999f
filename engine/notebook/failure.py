"""An exception as a student should see it: the cell's own line, Python's last line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from traceback import format_exception_only
from types import FrameType

from engine.notebook.display import printable
from engine.notebook.source import Cell
from engine.records import CodeLine, Failure

_LINE_CHARACTERS = 2000
_AROUND = 2
_SHOWN, _MARKED = 60, 120
_traceback = BaseException.__dict__["__traceback__"].__get__  # a class may cover it
_NO_MEMORY = ("DefaultCPUAllocator", "can't allocate memory", "std::bad_alloc")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a user's cells an exception came from; `column` counts from 1, 0: unknown."""

    cell: Cell
    line: int
    column: int = 0


def describe(error: BaseException, cells: Mapping[str, Cell], number: int) -> Failure:
    """The failure of cell `number`; runs the exception's own `__str__`, which may raise."""
    kind, line = name_of(error), exception_line(error)
    place = find_place(error, cells)
    if place is None:
        return Failure(kind, line)
    caller = _caller(passed_places(error, cells), place, number)
    return Failure(kind, line, _around(place), number - place.cell.number, caller)


def _caller(passed: Sequence[Place], place: Place, number: int) -> CodeLine | None:
    here = [item for item in passed if item.cell.number == number and not _is_magic(item)]
    first = next(iter(here), place)
    return None if first == place else _code_line(first.cell, first.line, marked=True)


def _is_magic(place: Place) -> bool:
    """Whether the line only says what to do with the lines below it: `%%timeit`."""
    return place.cell.lines[place.line - 1].startswith("%%") and place.line < len(place.cell.lines)


def name_of(error: BaseException) -> str:
    """The name of the exception's class, whatever its metaclass says."""
    return printable(str(type.__dict__["__name__"].__get__(type(error))))


def exception_line(error: BaseException) -> str:
    """The last line of a traceback, with notes; a syntax error's source lines left out.

    >>> exception_line(ValueError("no"))
    'ValueError: no'
    """
    lines = format_exception_only(error)
    if isinstance(error, SyntaxError):
        first = next((i for i, line in enumerate(lines) if not line.startswith("  ")), 0)
        lines = lines[first:]
    return _cut(printable("".join(lines).rstrip("\n")), _LINE_CHARACTERS)


def find_place(error: BaseException, cells: Mapping[str, Cell]) -> Place | None:
    """The innermost line of a user's cell that the exception went through."""
    if isinstance(error, SyntaxError) and (place := _syntax_place(error, cells)):
        return place
    return next(reversed(passed_places(error, cells)), None)


def passed_places(error: BaseException, cells: Mapping[str, Cell]) -> list[Place]:
    """Every line of a user's cell that the exception went through, the innermost last."""
    return [place for place, _ in user_frames(error, cells)]


def user_frames(error: BaseException, cells: Mapping[str, Cell]) -> list[tuple[Place, FrameType]]:
    """The frames of a user's cells that the exception went through, the innermost last."""
    found, step = [], _traceback(error)
    while step is not None:
        cell = cells.get(step.tb_frame.f_code.co_filename)
        if cell is not None and 1 <= step.tb_lineno <= len(cell.lines):
            found.append((Place(cell, step.tb_lineno), step.tb_frame))
        step = step.tb_next
    return found


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, in the three ways it does.

    >>> is_out_of_memory(RuntimeError("std::bad_alloc")), is_out_of_memory(ValueError())
    (True, False)
    """
    if isinstance(error, MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(word in str(error) for word in _NO_MEMORY)


def modules_passed(error: BaseException) -> set[str]:
    """Names of the modules whose code the exception went through."""
    found, step = set(), _traceback(error)
    while step is not None:
        found.add(_module(step.tb_frame))
        step = step.tb_next
    return found


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _syntax_place(error: SyntaxError, cells: Mapping[str, Cell]) -> Place | None:
    cell = cells.get(error.filename) if type(error.filename) is str else None
    line, column = error.lineno, error.offset
    if cell is None or type(line) is not int or not 1 <= line <= len(cell.lines):
        return None
    return Place(cell, line, column if type(column) is int and column > 0 else 0)


def _around(place: Place) -> tuple[CodeLine, ...]:
    lines = place.cell.lines
    first = max(0, min(place.line - 1 - _AROUND, len(lines) - 2 * _AROUND - 1))
    shown = range(first + 1, min(first + 2 * _AROUND + 1, len(lines)) + 1)
    return tuple(_code_line(place.cell, n, marked=n == place.line) for n in shown)


def _code_line(cell: Cell, number: int, *, marked: bool) -> CodeLine:
    text = printable(cell.lines[number - 1])
    return CodeLine(number, _cut(text, _MARKED if marked else _SHOWN), marked)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
