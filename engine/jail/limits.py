"""What jails may use, where each kind of job runs, and the pool's own settings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum

from engine.records import JobLimits


class Place(StrEnum):
    """Which process a kind of job runs in."""

    DESK = "desk"  # our code on a user's text as data; reused
    STUDENT = "student"  # a user's Python, one job, then thrown away
    SESSION = "session"  # a user's Python, kept from cell to cell


PLACES: dict[str, Place] = {
    "cell.evaluate": Place.SESSION,
    "spelling.mend": Place.DESK,
}


def _machine_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """The pool's settings, section `[jail]` of config.toml; seconds and bytes."""

    cpu_s: float = 8.0
    wall_s: float = 30.0
    memory_bytes: int = 1 << 30
    shown_bytes: int = 64 << 10
    output_bytes: int = 16 << 20
    result_bytes: int = 4 << 20
    session_memory_bytes: int = 2 << 30
    session_idle_s: float = 7200.0
    sessions_max: int = 200
    memory_total: int = 0  # 0: half of the machine's memory
    workers: int = 0  # 0: as many busy jobs as cores
    queue_max: int = 256
    queue_per_owner: int = 8
    desk_jobs: int = 1000

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            least = 0 if name in ("memory_total", "workers") else 1e-3
            if not value >= least:
                raise ValueError(f"{name} must be at least {least}, got {value}")
        object.__setattr__(self, "memory_total", self.memory_total or _machine_memory() // 2)
        object.__setattr__(self, "workers", self.workers or len(os.sched_getaffinity(0)))

    @property
    def job(self) -> JobLimits:
        """The limits of a job that names none of its own."""
        return JobLimits(
            self.cpu_s,
            self.wall_s,
            self.memory_bytes,
            self.shown_bytes,
            self.output_bytes,
            self.result_bytes,
        )
