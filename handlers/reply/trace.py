"""The expressions of a cell one under another, each with its shape: a table for a phone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.records import TraceStep
from handlers.reply.mono import COLUMNS
from handlers.reply.text import one_line

TEXT_LEAST: Final = 12  # columns that expressions have beside long shapes
SHAPE_MOST: Final = 20  # a longer shape does not narrow the others' texts
INDENT: Final = 2
INDENT_MOST: Final = 8
GAP: Final = "  "
FAILED: Final = "✗"
TRACE_UNITS: Final = 1800
TEXT_UNITS: Final = 400  # no expression or shape is longer


@dataclass(frozen=True, slots=True)
class Table:
    """What is shown of a trace; `hidden` of its first steps had no room."""

    text: str
    hidden: int


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    shape: str
    indent: int


def dtypes(steps: Sequence[TraceStep]) -> list[str]:
    """The dtypes of all steps, each once."""
    return list(dict.fromkeys(step.dtype for step in steps if step.dtype))


def table(steps: Sequence[TraceStep], room: int = TRACE_UNITS) -> Table:
    """The last steps that fit: the text at the left, the shape beside it or on lines of its own.

    The dtype stands beside the shape, unless it is the same in all of them.
    """
    same = len(dtypes(steps)) <= 1
    rows = [_row(step, same) for step in steps]
    column = _column(rows)
    shown: list[str] = []
    for row in reversed(rows):
        lines = "\n".join(_lines(row, column))
        room -= len(lines) + 1
        if shown and room < 0:
            break
        shown.append(lines)
    return Table("\n".join(reversed(shown)), len(rows) - len(shown))


def _row(step: TraceStep, same: bool) -> _Row:
    dtype = "" if same else step.dtype
    seen = FAILED if step.failed else " ".join(part for part in (step.shape, dtype) if part)
    text = one_line(step.text, TEXT_UNITS)
    return _Row(text, one_line(seen, TEXT_UNITS), min(INDENT * max(step.depth, 0), INDENT_MOST))


def _column(rows: Sequence[_Row]) -> int:
    """Where the shapes begin: beside the longest text that leaves room for the longest shape."""
    shapes = (len(row.shape) for row in rows)
    widest = max((width for width in shapes if width <= SHAPE_MOST), default=0)
    most = max(COLUMNS - widest - len(GAP), TEXT_LEAST)
    widths = [row.indent + len(row.text) for row in rows]
    return max((width for width in widths if width <= most), default=TEXT_LEAST) + len(GAP)


def _lines(row: _Row, column: int) -> Iterator[str]:
    indent = " " * row.indent
    pieces = _text(row.text, indent)
    beside = len(pieces) == 1 and len(pieces[0]) + len(GAP) <= column
    if beside and len(row.shape) <= COLUMNS - column:
        yield f"{pieces[0].ljust(column)}{row.shape}"
        return
    yield from pieces
    below = indent + " " * 2 * INDENT
    yield from (below + piece for piece in _wrapped(row.shape, COLUMNS - len(below)))


def _text(text: str, indent: str) -> list[str]:
    first, *others = _wrapped(text, COLUMNS - len(indent))
    if not others:
        return [indent + first]
    # Further lines stand a little to the right, and hold less.
    further = indent + " " * INDENT
    rest = text[len(first) :].lstrip()
    return [indent + first, *(further + piece for piece in _wrapped(rest, COLUMNS - len(further)))]


def _wrapped(text: str, width: int) -> list[str]:
    """Pieces of at most `width`, broken after a comma or a space where there is one."""
    pieces: list[str] = []
    while len(text) > width:
        end = max(text.rfind(mark, 0, width) for mark in ", (")
        end = width if end < width // 3 else end + 1
        pieces.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*pieces, text]
