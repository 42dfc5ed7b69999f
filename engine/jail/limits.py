"""What jails may use, where each kind of job runs, and the pool's own settings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from engine.records import JobLimits


class Place(StrEnum):
    """Which process a kind of job runs in."""

    DESK = "desk"  # our code on a user's text as data; reused
    STUDENT = "student"  # one job, then thrown away: a user's Python, or long work of ours
    SESSION = "session"  # a user's Python, kept from cell to cell
    GPU = "gpu"  # our code on a checked formula, in the one process that has the GPU


WIRE, LAST_FD = 3, 3  # a jail's own descriptors: null, output, output, wire
NICENESS = 10


class Layer(StrEnum):
    """One thing that keeps a jail from its host, in the order in which they are put on."""

    SESSION = "own session"
    DESCRIPTORS = "closed descriptors"
    ENVIRONMENT = "empty environment"
    DIRECTORY = "root as working directory"
    PRIORITY = "low priority"
    RLIMITS = "resource limits"
    CAPABILITIES = "no capabilities"
    NO_NEW_PRIVS = "no new privileges"
    LANDLOCK = "Landlock"
    SECCOMP = "seccomp"


PLACES: dict[str, Place] = {
    "broadcasting.explain": Place.DESK,
    "cell.evaluate": Place.SESSION,
    "gradients.explain": Place.DESK,
    "graph.draw": Place.DESK,
    "graph.variable": Place.SESSION,
    "jail.breakouts": Place.STUDENT,
    "pitfalls.explain": Place.DESK,
    "root.batch": Place.GPU,
    "root.race": Place.STUDENT,
    "shapes.trace": Place.SESSION,
    "spelling.mend": Place.DESK,
    "talk.understand": Place.DESK,
    "timing.measure": Place.SESSION,
}
# Jobs whose effects a session keeps: what is run again to get a lost one back.
KEPT: frozenset[str] = frozenset({"cell.evaluate"})


CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")
FIXED_BYTES = 512 << 20  # the bot and the zygote themselves


def _machine_memory() -> int:
    """Bytes this machine has, or this container may use."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        allowed = int(CONTAINER_LIMIT.read_text())
    except (OSError, ValueError):  # no such control group, or "max"
        return machine
    return min(machine, allowed)


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

        if self.memory_total < 2 * FIXED_BYTES:
            raise ValueError(f"memory_total must be at least {2 * FIXED_BYTES} bytes")

    @property
    def session_limit_bytes(self) -> int:
        """What one running session may use: on a small host less than it is set to."""
        fair_share = (self.memory_total - FIXED_BYTES) // (2 * self.workers)
        return min(self.session_memory_bytes, fair_share)

    @property
    def idle_sessions_bytes(self) -> int:
        """What sessions may keep between cells, all together."""
        return self.memory_total - FIXED_BYTES - self.workers * self.session_limit_bytes

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
