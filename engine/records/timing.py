"""How long something takes, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from engine.records.cells import Failure
from engine.records.note import Note
from engine.records.pitfalls import Explanation


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds per call: the first one, and the quartiles of what repeated runs say.

    Half of the runs lie between `low_s` and `high_s`. `noisy` where they lie too far apart to be
    called a measurement.
    """

    first_s: float
    median_s: float
    low_s: float
    high_s: float
    runs: int
    loops: int  # calls in each run
    noisy: bool

    def overlaps(self, other: Timing) -> bool:
        """Whether the quartiles of two overlap: then neither is the faster one."""
        return self.low_s <= other.high_s and other.low_s <= self.high_s


@dataclass(frozen=True, slots=True)
class TimingReport:
    """The answer to /timeit: one or two cells in their order; no timings where one failed."""

    timings: tuple[Timing, ...] = ()
    failure: Failure | None = None
    notes: tuple[Note, ...] = ()
    explanation: Explanation | None = None
