"""Newton for many roots: one after another in Python, and all at once in torch."""

from __future__ import annotations

from typing import Final

from engine.records import Batches
from engine.roots.problem import Problem

COUNTS: Final = (1, 1_000, 1_000_000)
IN_A_LOOP: Final = 1_000  # the most: a million would take seconds
BATCH_S: Final = 0.4
MOST_S: Final = 0.5  # that one batch may take: it runs several times
STEPS: Final = 200


def batches_of(problem: Problem) -> Batches:
    """The copies f(x - s) = 0 with s evenly in [-1/2, 1/2], all from the same start.

    With z = x - s a copy is the formula itself from another start, so Newton runs on starts.
    """
