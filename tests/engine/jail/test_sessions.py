"""Sessions keep names, go in the right order, and say why they are gone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from engine.jail.limits import PoolSettings
from engine.jail.pool import Pool
from engine.jail.process import JailProcess
from engine.jail.running import run_job
from engine.jail.sessions import Sessions
from engine.records import Job, JobLimits, SessionStart

Fork = Callable[[], Awaitable[JailProcess]]


@pytest.fixture
def fork(pool: Pool) -> Fork:
    return lambda: pool._supervisor.jail(512 << 20)


class Desk:
    """Sessions under test and one way to use them: run a cell, end, sweep."""

    def __init__(self, settings: PoolSettings, fork: Fork) -> None:
        self.sessions = Sessions(settings)
        self._fork = fork

    async def cell(self, owner: str, source: str = "1") -> SessionStart:
        job = Job("cell.evaluate", {"source": source}, owner)
        session, jail, start = await self.sessions.begin(owner, self._fork)
        run = await run_job(jail, job, JobLimits(), lambda event: None)
        await self.sessions.end(owner, session, reusable=run.reusable, job=job)
        return start


@pytest.fixture
async def opened(fork: Fork) -> AsyncIterator[Callable[[PoolSettings], Desk]]:
    desks: list[Desk] = []

    def open_desk(settings: PoolSettings) -> Desk:
        desks.append(Desk(settings, fork))
        return desks[-1]

    yield open_desk
    for desk in desks:
        await desk.sessions.close()


SETTINGS = PoolSettings(memory_total=8 << 30, workers=2)
Opened = Callable[[PoolSettings], Desk]


async def test_a_session_is_new_once_and_then_kept(opened: Opened) -> None:
    desk = opened(SETTINGS)
    starts = [await desk.cell("a") for _ in range(3)]
    assert starts == [SessionStart.NEW, SessionStart.KEPT, SessionStart.KEPT]


async def test_an_idle_session_goes_and_its_cells_are_remembered(opened: Opened) -> None:
    desk = opened(replace(SETTINGS, session_idle_s=0.001))
    await desk.cell("a", "x = 1")
    await asyncio.sleep(0.01)
    await desk.sessions.sweep()
    assert [job.data["source"] for job in desk.sessions.remembered("a")] == ["x = 1"]
    assert await desk.cell("a") is SessionStart.LOST_IDLE


async def test_past_the_number_of_sessions_the_longest_idle_goes(opened: Opened) -> None:
    desk = opened(replace(SETTINGS, sessions_max=2))
    for owner in ("a", "b", "a", "c"):
        await desk.cell(owner)
    await desk.sessions.sweep()
    assert await desk.cell("a") is SessionStart.KEPT
    assert await desk.cell("c") is SessionStart.KEPT
    assert await desk.cell("b") is SessionStart.LOST_BUDGET


async def test_past_the_memory_budget_the_longest_idle_goes(opened: Opened) -> None:
    settings = PoolSettings(memory_total=1 << 30, workers=1)
    desk = opened(settings)
    floats = settings.idle_sessions_bytes * 2 // 3 // 4  # two thirds of the room each
    await desk.cell("a", f"kept = torch.ones({floats})")
    await desk.sessions.sweep()
    assert 0 < desk.sessions.memory() < settings.idle_sessions_bytes
    await desk.cell("b", f"kept = torch.ones({floats})")
    await desk.sessions.sweep()
    assert await desk.cell("b") is SessionStart.KEPT
    assert await desk.cell("a") is SessionStart.LOST_BUDGET


async def test_memory_is_counted_without_the_pages_shared_with_the_zygote(opened: Opened) -> None:
    desk = opened(SETTINGS)
    await desk.cell("a", "kept = torch.ones(25_000_000)")
    await desk.sessions.sweep()
    own = desk.sessions.memory()
    assert 100_000_000 < own < 160_000_000


async def test_a_session_that_died_says_so_once(opened: Opened) -> None:
    desk = opened(SETTINGS)
    assert await desk.cell("a", "import os; os._exit(3)") is SessionStart.NEW
    assert await desk.cell("a") is SessionStart.LOST_DIED
    assert await desk.cell("a") is SessionStart.KEPT


async def test_a_session_that_is_reset_while_it_begins_leaves_no_jail(
    opened: Opened, fork: Fork
) -> None:
    desk = opened(SETTINGS)

    async def reset_and_fork() -> JailProcess:
        await desk.sessions.reset("a")
        return await fork()

    session, jail, _ = await desk.sessions.begin("a", reset_and_fork)
    await desk.sessions.end("a", session, reusable=True, job=None)
    assert jail.gone.is_set()


def test_of_too_much_the_newest_is_remembered() -> None:
    sessions = Sessions(SETTINGS)
    jobs = [Job("cell.evaluate", {"source": f"{n}" * 300_000}, "a") for n in range(9)]
    sessions.remember("a", jobs)
    assert sessions.remembered("a") == jobs[-3:]
    small = [Job("cell.evaluate", {"source": f"{n}"}, "b") for n in range(400)]
    sessions.remember("b", small)
    assert sessions.remembered("b") == small[-300:]


async def test_reset_forgets_the_session_and_its_cells(opened: Opened) -> None:
    desk = opened(SETTINGS)
    await desk.cell("a")
    assert len(await desk.sessions.reset("a")) == 1
    assert desk.sessions.remembered("a") == []
    assert await desk.cell("a") is SessionStart.NEW
