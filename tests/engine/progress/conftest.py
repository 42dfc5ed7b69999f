"""A store in a file of its own, with a clock that stands where a test puts it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.progress.store import FILE, Progress

COURSE = "2026/27"


class Clock:
    """Stands at `now` until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def progress(tmp_path: Path, clock: Clock) -> AsyncIterator[Progress]:
    async with await Progress.open(tmp_path / FILE, course=COURSE, clock=clock) as progress:
        yield progress
