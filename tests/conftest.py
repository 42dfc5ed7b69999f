"""What all tests share: one warm pool of real jails."""

from collections.abc import AsyncIterator

import pytest

from engine.jail.limits import PoolSettings
from engine.jail.pool import Pool


@pytest.fixture(scope="session")
async def pool() -> AsyncIterator[Pool]:
    async with Pool(PoolSettings()) as pool:
        await pool.wait_ready()
        yield pool
