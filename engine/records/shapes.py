"""Shapes side by side, and shapes along a cell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.records.cells import Failure
from engine.records.note import Note
from engine.records.pitfalls import Explanation


@dataclass(frozen=True, slots=True)
class Operand:
    """A tensor of which only the name, or the user's text for it, and the shape are known."""

    name: str
    shape: tuple[int, ...]


class AxisRole(StrEnum):
    """What an axis is for the operation that meets it."""

    BROADCAST = "broadcast"
    INNER = "inner"  # of a matrix product: summed over, last of the left with last but one
    ROWS = "rows"  # of a matrix product: comes from the left alone
    COLUMNS = "columns"  # of a matrix product: comes from the right alone


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of an alignment.

    `position` counts from the end of the result: -1 is the last (0 for INNER, which the result
    has not). `sizes` has an entry per operand, None where it has no such axis. `result` is the
    size of the result's axis, None where there is none.
    """

    position: int
    sizes: tuple[int | None, ...]
    result: int | None
    agrees: bool
    role: AxisRole = AxisRole.BROADCAST


@dataclass(frozen=True, slots=True)
class Repair:
    """Code that works where the user's did not; `ran`: really run, not forecast."""

    code: str
    shape: tuple[int, ...]
    meaning: Note
    ran: bool


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What becomes of an operation on tensors of these shapes, axis by axis from the last.

    `failing` is the index in `axes` of the first that does not agree, None when all do.
    `error` is torch's own line; `error_axis` the dimension it names, as it counts (from the left),
    and `error_position` the same axis as `Axis.position` counts.
    """

    operator: str
    operands: tuple[Operand, ...]
    axes: tuple[Axis, ...]
    failing: int | None
    result: tuple[int, ...] | None
    result_bytes: int
    stretched: tuple[str, ...]  # names of the operands that are stretched without copying
    error: str | None
    error_axis: int | None
    repairs: tuple[Repair, ...]
    notes: tuple[Note, ...]
    ran: bool  # the verdict comes from a real run; False: forecast, too large to run
    error_position: int | None = None


@dataclass(frozen=True, slots=True)
class BroadcastReport:
    """The answer to a text of shapes: an explanation, or what is wrong with the text."""

    broadcast: Broadcast | None
    mistake: Note | None


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One sub-expression of a cell in the user's own text, and what it came to.

    `shape` and `dtype` are as they are shown: "(5, 3)", "float32"; for a value that is no
    tensor `shape` says what it is and `dtype` is empty; for the failing step both are.
    """

    text: str
    depth: int
    line: int
    shape: str
    dtype: str
    failed: bool


@dataclass(frozen=True, slots=True)
class ShapeReport:
    """The trace of a cell; `forecast`: it was too large to run, nothing was allocated."""

    steps: tuple[TraceStep, ...]
    hidden: int  # steps left out
    forecast: bool
    needed_bytes: int
    failure: Failure | None
    clash: Broadcast | None  # of the failing operation, when it is one of shapes
    explanation: Explanation | None
    repairs: tuple[Repair, ...]
    notes: tuple[Note, ...]
