"""A job for a jail, what is told while it runs, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.records.codec import Data


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
