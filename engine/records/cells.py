"""What a notebook cell came to."""

from __future__ import annotations

from dataclasses import dataclass

from engine.records.note import Note
from engine.records.pitfalls import Explanation


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One line of a user's cell beside an error; `number` counts from 1."""

    number: int
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception as a student should see it.

    `line` is Python's own last line ("RuntimeError: ..."), whole and in English;
    `code` the lines of the user's cell around the failing one, empty when none is known;
    `cell` how many cells ago that code was sent (0: this cell); `caller` the line of this
    cell that led to it, when it is another one.
    """

    type: str
    line: str
    code: tuple[CodeLine, ...] = ()
    cell: int = 0
    caller: CodeLine | None = None


@dataclass(frozen=True, slots=True)
class TensorFacts:
    """The attributes of a tensor, as strings where torch prints them so."""

    shape: tuple[int, ...]
    dtype: str
    type: str  # what Tensor.type() returns
    device: str
    requires_grad: bool
    grad_fn: str | None
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class CellReport:
    """What a notebook cell came to; its pictures (PNG) travel as blobs."""

    value: str | None = None  # repr of the last expression, None when there is none
    tensor: TensorFacts | None = None
    failure: Failure | None = None
    notes: tuple[Note, ...] = ()
    explanation: Explanation | None = None
