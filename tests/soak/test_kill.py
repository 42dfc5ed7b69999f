"""kill -9 of the bot at random moments, under a stream from twenty people."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from pathlib import Path

import pytest

from bot.local.server import LocalTelegram
from tests.soak.crowd import crowd
from tests.soak.databases import damages, noted, undone
from tests.soak.tutor import Tutor

SOAK = float(os.environ.get("SOAK", "0.1"))
LONGEST_LIFE_S = 6.0


@pytest.mark.soak
async def test_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    seed = int(os.environ.get("SOAK_SEED", time.time_ns() % 1_000_000))
    print(f"SOAK_SEED={seed}")
    chance = random.Random(seed)
    async with (
        LocalTelegram() as telegram,
        Tutor(telegram, tmp_path / "data", tmp_path / "log") as tutor,
        crowd(telegram, seed) as people,
    ):
        for number in range(max(5, round(50 * SOAK))):
            await asyncio.sleep(chance.uniform(0.1, LONGEST_LIFE_S))
            if number % 2:  # the worst moment: an answer stands, and the bot does not know it
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LONGEST_LIFE_S):
                        await people.book.at_call(chance.randint(1, 10), tutor.strike)
            tutor.strike()
            await tutor.buried()
            people.book.killed(noted(tutor.folder))
            await tutor.start()
        await people.quiet()
        print(people.book.told())
        print("\n".join(tutor.said("set aside")))

        assert people.book.lost() == []
        assert people.book.unexplained() == []
        assert people.book.out_of_order() == []
        assert await people.mistaken_languages() == []
        assert await tutor.stop(within_s=10) == 0
        assert damages(tutor.folder) == []
        assert undone(tutor.folder) == []
