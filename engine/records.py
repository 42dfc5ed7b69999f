"""Every record that crosses the wire between the bot and a jail, and its codec.

Standard library only: the bot process imports this module, and must not load torch.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Json = Any
Data = dict[str, Json]
R = TypeVar("R")


class Malformed(ValueError):
    """Data from the other side of a wire does not have the promised form."""


class Outcome(StrEnum):
    """How a job ended. `FAULT` is ours and never counts against a student."""

    OK = "ok"
    RAISED = "raised"  # the user's code raised
    TIMEOUT = "timeout"  # CPU or wall limit
    MEMORY = "memory"
    OUTPUT = "output"  # printed more than the hard limit
    REFUSED = "refused"  # killed for a system call nobody here needs
    KILLED = "killed"  # the jail ended without an answer: it left, or a signal ended it
    FAULT = "fault"
    CANCELLED = "cancelled"
    STOPPED = "stopped"  # the bot is being stopped
    BUSY = "busy"  # not run: too many jobs wait


class SessionStart(StrEnum):
    """What a session's job found: the names of earlier cells, or why they are gone."""

    KEPT = "kept"
    NEW = "new"
    LOST_IDLE = "lost_idle"
    LOST_BUDGET = "lost_budget"
    LOST_DIED = "lost_died"


@dataclass(frozen=True, slots=True)
class Note:
    """Something to say, as a key into the catalogue of words and its values."""

    key: str
    values: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobLimits:
    """What one job may use: seconds of CPU and of wall, bytes of memory and output."""

    cpu_s: float = 8.0
    wall_s: float = 30.0
    memory_bytes: int = 1 << 30  # above the zygote's own
    shown_bytes: int = 64 << 10  # output kept; the rest is counted and dropped
    output_bytes: int = 16 << 20  # past this the job is stopped
    result_bytes: int = 4 << 20


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work for a jail: `kind` names an engine function."""

    kind: str
    data: Data
    owner: str
    blobs: tuple[bytes, ...] = ()
    limits: JobLimits | None = None  # None: the pool's own


@dataclass(frozen=True, slots=True)
class Event:
    """Something a running job tells before it ends.

    `kind` is "warming" or "queued" (data: ahead), told by the pool, or "started" or
    "progress", told by the jail.
    """

    kind: str
    data: Data = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a job.

    `data` and `blobs` are the engine function's answer (empty unless the outcome is ok or
    raised); `output` is what was printed, cut to `shown_bytes`; `output_total` counts all of it.
    """

    outcome: Outcome
    data: Data = field(default_factory=dict)
    blobs: tuple[bytes, ...] = ()
    output: str = ""
    output_total: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_bytes: int = 0
    session: SessionStart | None = None  # None: not a session's job
    session_alive: bool = False  # after this job the session can take another


@dataclass(frozen=True, slots=True)
class Call:
    """A job as the engine function sees it inside a jail.

    `session` lives as long as the jail does; a session's namespace is kept there.
    """

    data: Data
    blobs: tuple[bytes, ...]
    session: dict[str, Any]
    tell: Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine function returns: a record as plain data, and raw bytes beside it."""

    data: Data
    blobs: tuple[bytes, ...] = ()
    raised: bool = False  # the user's code raised: outcome RAISED instead of OK
    memory: bool = False  # it raised for want of memory: outcome MEMORY


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


def to_data(record: Any) -> Json:
    """A record (or a tuple, mapping or scalar of them) as what JSON can hold."""
    if is_dataclass(record):
        return {f.name: to_data(getattr(record, f.name)) for f in fields(record)}
    if isinstance(record, (tuple, list)):
        return [to_data(item) for item in record]
    if isinstance(record, Mapping):
        return {str(key): to_data(item) for key, item in record.items()}
    return record


def from_data(kind: type[R], data: Json) -> R:
    """Rebuild a record; the sender may be hostile, so every field's type is checked.

    Raises `Malformed` when a field is missing, surplus or of another type.

    >>> from_data(CodeLine, {"number": 1, "text": "x", "marked": True})
    CodeLine(number=1, text='x', marked=True)
    >>> from_data(CodeLine, {"number": "1", "text": "x", "marked": True})
    Traceback (most recent call last):
    engine.records.Malformed: int expected, got str
    """
    built: R = _build(kind, data)
    return built


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: Any, data: Json) -> Any:
    origin = get_origin(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _build_record(kind, data)
    if origin in (Union, types.UnionType):
        return _build_optional(kind, data)
    if origin is tuple:
        _expect(list, data)
        return tuple(_build(get_args(kind)[0], item) for item in data)
    if origin is not None:  # dict[...] and Mapping[...]: plain data for its reader to check
        return _expect(dict, data)
    if kind is Any:
        return data
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _build_enum(kind, data)
    if kind is float and type(data) is int:
        return float(data)
    return _expect(kind, data)


def _build_record(kind: type, data: Json) -> Any:
    _expect(dict, data)
    hints = _hints(kind)
    if data.keys() != hints.keys():
        raise Malformed(f"{kind.__name__}: fields {sorted(hints)} expected, got {sorted(data)}")
    return kind(**{name: _build(hint, data[name]) for name, hint in hints.items()})


def _build_optional(kind: Any, data: Json) -> Any:
    (wanted,) = (option for option in get_args(kind) if option is not type(None))
    return None if data is None else _build(wanted, data)


def _build_enum(kind: type[StrEnum], data: Json) -> StrEnum:
    try:
        return kind(_expect(str, data))
    except ValueError as error:
        raise Malformed(str(error)) from None


def _expect(kind: Any, data: Json) -> Any:
    # An exact type: True is not a count, and a subclass may lie about what it is.
    if type(data) is not kind:
        raise Malformed(f"{kind.__name__} expected, got {type(data).__name__}")
    return data
