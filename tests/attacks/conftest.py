"""An attack is one cell; afterwards everybody else, and the attacker, must be served."""

import itertools
from collections.abc import AsyncIterator

import pytest

from engine.jail.pool import Pool
from engine.records import SessionStart
from tests.attacks.attacker import Attacker

_numbers = itertools.count()


@pytest.fixture
async def attacker(pool: Pool) -> AsyncIterator[Attacker]:
    name = f"attacker-{next(_numbers)}"
    bystander = Attacker(pool, f"{name}-bystander")
    await bystander.cell("kept = 'bystander'")
    attacker = Attacker(pool, name)
    yield attacker
    theirs, own = await bystander.cell("kept"), await attacker.cell("20 + 1")
    for owner in (bystander.owner, name):
        await pool.reset(owner)
    assert (theirs.session, theirs.data["value"]) == (SessionStart.KEPT, "'bystander'")
    assert own.data["value"] == "21"
