"""Which expression of a cell an exception comes from."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from engine.tracing.mark import Mark, Span

_traceback = BaseException.__dict__["__traceback__"].__get__  # a class may cover it


def failing(error: BaseException, filename: str, marks: Sequence[Mark]) -> int | None:
    """The number of the innermost expression of this cell's that the exception went through."""
    step: TracebackType | None = _traceback(error)
    place: Span | None = None
    while step is not None:
        if step.tb_frame.f_code.co_filename == filename:
            place = _place(step)
        step = step.tb_next
    return None if place is None else _at(place, marks)


def _place(step: TracebackType) -> Span | None:
    positions = [*step.tb_frame.f_code.co_positions()]
    index = step.tb_lasti // 2
    found = positions[index] if 0 <= index < len(positions) else (None,)
    line, end_line, column, end_column = (*found, None, None, None, None)[:4]
    if line is None or end_line is None or column is None or end_column is None:
        return None
    return line, end_line, column, end_column


def _at(place: Span, marks: Sequence[Mark]) -> int | None:
    exact = [number for number, mark in enumerate(marks) if mark.span == place]
    if exact:
        return exact[0]
    # Python 3.11 has a call in a chain over several lines begin at its last attribute.
    ending = [n for n, mark in enumerate(marks) if _end(mark.span) == _end(place)]
    around = [n for n in ending if _start(marks[n].span) <= _start(place)]
    return max(around, key=lambda n: _start(marks[n].span), default=None)


def _start(span: Span) -> tuple[int, int]:
    return span[0], span[2]


def _end(span: Span) -> tuple[int, int]:
    return span[1], span[3]
