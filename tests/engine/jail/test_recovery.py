"""kill -9 of the zygote, of jails or of the bot: no orphan stays, and the next job works."""

import asyncio
import gc
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator

import pytest

from engine.jail import keeper
from engine.jail.pool import Pool
from engine.records import Event, Job, JobLimits, Outcome, Result, SessionStart
from tests.engine.jail.conftest import NewPool
from tests.engine.jail.family import PATIENCE_S, alive, descendants, wait_gone, zygotes_of
from tests.engine.jail.nursery import NurseryKeeper

SOAK = float(os.environ.get("SOAK", "0.1"))


@pytest.fixture
async def own(new_pool: NewPool) -> AsyncIterator[Pool]:
    async with new_pool() as pool:
        await pool.wait_ready()
        yield pool


async def test_closing_the_pool_says_so_to_who_runs_and_to_who_waits(new_pool: NewPool) -> None:
    async with new_pool() as pool:
        running = await start(pool, "while True: pass")
        waiting = asyncio.create_task(run(pool, "1"))
        await asyncio.sleep(0)
    assert (await running).outcome is Outcome.STOPPED
    assert (await waiting).outcome is Outcome.STOPPED


async def run(pool: Pool, source: str, owner: str = "recovery") -> Result:
    return await pool.run(Job("cell.evaluate", {"source": source}, owner))


async def start(pool: Pool, source: str, owner: str = "recovery") -> asyncio.Task[Result]:
    """A cell that has begun."""
    begun = asyncio.Event()
    job = Job("cell.evaluate", {"source": source}, owner, limits=JobLimits(wall_s=PATIENCE_S))

    def hear(event: Event) -> None:
        if event.kind == "started":
            begun.set()

    running = asyncio.create_task(pool.run(job, hear))
    await begun.wait()
    return running


def jail_of(pool: Pool, owner: str = "recovery") -> int:
    jail = pool._sessions._by_owner[owner].jail
    assert jail is not None
    return jail.pid


async def wait_replaced(pool: Pool, zygote: int) -> None:
    """Return when the pool has noticed a zygote's death and has another."""
    end = time.monotonic() + PATIENCE_S
    while pool.zygote_pid in (None, zygote):
        assert time.monotonic() < end, "there is no new zygote"
        await asyncio.sleep(0.02)


async def test_an_idle_zygote_that_is_killed_is_replaced(own: Pool) -> None:
    await run(own, "kept = 1")
    zygote = own.zygote_pid
    assert zygote is not None
    jails = descendants(zygote)
    assert jail_of(own) in jails
    os.kill(zygote, signal.SIGKILL)
    await wait_gone({zygote, *jails})
    after = await run(own, "20 + 1")
    assert (after.outcome, after.data["value"]) == (Outcome.OK, "21")
    assert after.session is SessionStart.LOST_DIED
    assert own.zygote_pid != zygote


async def test_a_running_cell_whose_zygote_is_killed_is_our_fault(own: Pool) -> None:
    running = await start(own, "while True: pass")
    zygote = own.zygote_pid
    assert zygote is not None
    jails = descendants(zygote)
    os.kill(zygote, signal.SIGKILL)
    result = await running
    assert (result.outcome, result.session_alive) == (Outcome.FAULT, False)
    await wait_gone({zygote, *jails})
    after = await run(own, "1")
    assert (after.outcome, after.session) == (Outcome.OK, SessionStart.LOST_DIED)


async def test_jobs_that_wait_for_a_jail_survive_the_zygote(own: Pool) -> None:
    for _ in range(2):
        zygote = own.zygote_pid
        assert zygote is not None
        waiting = [asyncio.create_task(run(own, "1", f"waiting-{n}")) for n in range(6)]
        await asyncio.sleep(0)
        os.kill(zygote, signal.SIGKILL)
        results = await asyncio.gather(*waiting)
        assert {result.outcome for result in results} <= {Outcome.OK, Outcome.FAULT}
        await wait_replaced(own, zygote)
        assert (await run(own, "1")).outcome is Outcome.OK


async def test_an_idle_session_that_is_killed_says_so_once(pool: Pool) -> None:
    await run(pool, "kept = 1", "idle")
    os.kill(jail_of(pool, "idle"), signal.SIGKILL)
    await wait_gone({jail_of(pool, "idle")})
    results = [await run(pool, "1", "idle") for _ in range(2)]
    assert {result.outcome for result in results} <= {Outcome.OK, Outcome.KILLED}
    assert SessionStart.LOST_DIED in {result.session for result in results}
    assert (await run(pool, "1", "idle")).session is SessionStart.KEPT


async def test_a_running_cell_that_is_killed_is_told_and_can_be_replayed(pool: Pool) -> None:
    await run(pool, "kept = 7", "running")
    running = await start(pool, "while True: pass", "running")
    os.kill(jail_of(pool, "running"), signal.SIGKILL)
    result = await running
    assert (result.outcome, result.session_alive) == (Outcome.KILLED, False)
    assert pool.cells("running") == 1
    await pool.replay("running")
    assert (await run(pool, "kept", "running")).data["value"] == "7"


async def test_a_dead_jails_numbers_are_not_used_again(pool: Pool) -> None:
    first = await pool._supervisor.jail(256 << 20)
    await first.kill()
    second = await pool._supervisor.jail(256 << 20)  # takes the numbers that are free now
    assert {first._output_fd, first._pidfd} & {second._output_fd, second._pidfd}
    first.drain()
    first.interrupt()
    await first.kill()
    assert (first.cpu_s(), second.status) == (0.0, None)
    await second.kill()


async def test_a_cancelled_request_for_a_jail_leaves_no_descriptor(own: Pool) -> None:
    await run(own, "1")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(5):
        asking = asyncio.create_task(own._supervisor.jail(256 << 20))
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    await (await own._supervisor.jail(256 << 20)).kill()
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


async def test_a_zygote_killed_during_its_self_test_is_no_refusal(new_pool: NewPool) -> None:
    async with new_pool() as pool:
        keeper = None
        while keeper is None or not keeper._jails:  # its first jail is the self-test's
            await asyncio.sleep(0)
            keeper = next(iter(_keepers()), None)
        os.kill(keeper.pid, signal.SIGKILL)
        await pool.wait_ready()
        assert pool.refusal is None
        assert (await run(pool, "1")).outcome is Outcome.OK


async def test_a_zygote_that_hangs_is_replaced(own: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "FORK_S", 2.0)
    hanging = own.zygote_pid
    assert hanging is not None
    os.kill(hanging, signal.SIGSTOP)
    jail = await own._supervisor.jail(256 << 20)
    assert own.zygote_pid != hanging
    assert not alive(hanging)
    await jail.kill()


async def test_closing_leaves_nothing(new_pool: NewPool) -> None:
    async with new_pool() as pool:
        await pool.wait_ready()
        running = await start(pool, "while True: pass")
        assert pool.zygote_pid is not None
        family = {pool.zygote_pid, *descendants(pool.zygote_pid)}
    await asyncio.gather(running, return_exceptions=True)
    await wait_gone(family)


@pytest.mark.soak
async def test_random_kills_leave_a_usable_pool(own: Pool) -> None:
    chance = random.Random(5)
    for number in range(max(5, round(50 * SOAK))):
        owner = f"random-{number % 3}"
        running = await start(own, "import time\ntime.sleep(0.2)", owner)
        await asyncio.sleep(chance.uniform(0, 0.2))
        zygote = own.zygote_pid
        assert zygote is not None
        victims = [zygote, *sorted(descendants(zygote))]
        family = set(victims)
        victim = chance.choice(victims)
        os.kill(victim, signal.SIGKILL)
        result = await running
        assert result.outcome in (Outcome.OK, Outcome.KILLED, Outcome.FAULT)
        await wait_gone(family if victim == zygote else {victim})
        outcomes = [(await run(own, "1", owner)).outcome for _ in range(2)]
        assert outcomes[-1] is Outcome.OK


BOT = """
import asyncio, sys
from engine.jail.limits import PoolSettings
from engine.jail.pool import Pool
from engine.records import Job

async def main():
    async with Pool(PoolSettings(workers=2)) as pool:
        print("starting", flush=True)
        await pool.wait_ready()
        await pool.run(Job("cell.evaluate", {"source": "1"}, "idle"))
        print("running", flush=True)
        await pool.run(Job("cell.evaluate", {"source": "while True: pass"}, "busy"))

asyncio.run(main())
"""


@pytest.mark.soak
async def test_a_killed_bot_leaves_no_orphan() -> None:
    chance = random.Random(6)
    for number in range(max(2, round(20 * SOAK))):
        moment = "running" if number % 2 == 0 else "starting"
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-c", BOT, stdout=subprocess.PIPE
        )
        assert bot.stdout is not None
        said = ""
        while said != moment:
            line = await bot.stdout.readline()
            assert line, f"the bot ended before it was {moment}"
            said = line.strip().decode()
        await asyncio.sleep(chance.uniform(0, 1.0))
        family = descendants(bot.pid)
        assert family
        bot.kill()
        await bot.wait()
        await wait_gone(family)
        assert not zygotes_of(bot.pid)


def _keepers() -> list[NurseryKeeper]:
    """Those that live, the pool's own among them: it shows none before it is tested."""
    keepers = [item for item in gc.get_objects() if type(item) is NurseryKeeper]
    return [keeper for keeper in keepers if not keeper.dead.is_set()]
