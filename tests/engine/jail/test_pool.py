"""Jobs run, wait, stop and are refused as the contract of the pool says."""

import asyncio

import pytest

from engine.jail.limits import PLACES, Place
from engine.jail.pool import Pool
from engine.records import Event, Job, JobLimits, Outcome, Result, SessionStart


def cell(source: str, owner: str = "pool-test", **limits: float) -> Job:
    return Job("cell.evaluate", {"source": source}, owner, limits=JobLimits(**limits))  # type: ignore[arg-type]


def value(result: Result) -> object:
    return result.data["value"]


async def test_names_live_from_cell_to_cell(pool: Pool) -> None:
    first = await pool.run(cell("x = 20", "names"))
    second = await pool.run(cell("print('printed'); x + 1", "names"))
    assert (first.session, second.session) == (SessionStart.NEW, SessionStart.KEPT)
    assert (value(second), second.output, second.outcome) == ("21", "printed\n", Outcome.OK)
    assert second.session_alive


async def test_output_is_cut_where_it_was_said_and_counted_whole(pool: Pool) -> None:
    result = await pool.run(cell("print('ж' * 100)", "cut", shown_bytes=51))
    assert result.output == "ж" * 25
    assert result.output_total == 201


async def test_an_answer_over_the_limit_is_an_outcome_and_the_session_lives(pool: Pool) -> None:
    await pool.run(cell("x = 'a' * 50_000", "large"))
    result = await pool.run(cell("x", "large", result_bytes=10_000))
    assert result.outcome is Outcome.OUTPUT
    assert value(await pool.run(cell("len(x)", "large"))) == "50000"


async def test_a_raised_exception_is_an_outcome(pool: Pool) -> None:
    result = await pool.run(cell("1 / 0", "raise"))
    assert result.outcome is Outcome.RAISED
    assert result.data["failure"]["line"] == "ZeroDivisionError: division by zero"


async def test_usage_is_measured(pool: Pool) -> None:
    result = await pool.run(
        cell("import time\nt = time.process_time()\nwhile time.process_time() - t < 0.2: pass")
    )
    assert 0.2 <= result.cpu_s < 1.0
    assert result.wall_s >= 0.2


async def test_stop_interrupts_a_cell_and_keeps_its_names(pool: Pool) -> None:
    await pool.run(cell("kept = 5", "stop"))
    stop, started = asyncio.Event(), asyncio.Event()
    job = cell("while True: pass", "stop")
    running = asyncio.create_task(pool.run(job, lambda event: started.set(), stop))
    await started.wait()
    stop.set()
    result = await running
    assert (result.outcome, result.session_alive) == (Outcome.CANCELLED, True)
    assert value(await pool.run(cell("kept", "stop"))) == "5"


async def test_one_owners_jobs_run_one_after_another_and_wait_visibly(pool: Pool) -> None:
    events: list[Event] = []
    jobs = [cell(f"order = globals().get('order', []) + [{n}]; order", "row") for n in range(4)]
    results = await asyncio.gather(*(pool.run(job, events.append) for job in jobs))
    assert value(results[-1]) == "[0, 1, 2, 3]"
    assert [event.data["ahead"] for event in events if event.kind == "queued"] == [1, 2, 3]


async def test_too_many_jobs_of_one_owner_are_busy_at_once(pool: Pool) -> None:
    stop = asyncio.Event()
    most = pool.settings.queue_per_owner + 1
    waiting = [
        asyncio.create_task(pool.run(cell("while True: pass", "many"), None, stop))
        for _ in range(most)
    ]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    result = await pool.run(cell("1", "many"))
    assert result == Result(Outcome.BUSY, {"ahead": most})
    stop.set()
    outcomes = {result.outcome for result in await asyncio.gather(*waiting)}
    assert outcomes == {Outcome.CANCELLED}


async def test_a_cancelled_caller_frees_the_slot_and_ends_the_jail(pool: Pool) -> None:
    running = asyncio.create_task(pool.run(cell("while True: pass", "gone")))
    await asyncio.sleep(0.2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (await pool.run(cell("1", "gone"))).session is SessionStart.LOST_DIED


async def test_replay_brings_the_names_back(pool: Pool) -> None:
    await pool.run(cell("x = 1", "replay"))
    await pool.run(cell("x += 1", "replay"))
    await pool.run(cell("import os; os._exit(0)", "replay"))
    assert pool.cells("replay") == 2
    assert [result.outcome for result in await pool.replay("replay")] == [Outcome.OK] * 2
    assert value(await pool.run(cell("x", "replay"))) == "2"


async def test_a_stopped_replay_keeps_the_cells_it_did_not_run(pool: Pool) -> None:
    for source in ("x = 1", "x += 1"):
        await pool.run(cell(source, "half"))
    stop = asyncio.Event()
    stop.set()
    assert await pool.replay("half", None, stop) == []
    assert pool.cells("half") == 2


async def test_reset_begins_a_new_session(pool: Pool) -> None:
    await pool.run(cell("x = 1", "reset"))
    await pool.reset("reset")
    assert pool.cells("reset") == 0
    result = await pool.run(cell("x", "reset"))
    assert (result.outcome, result.session) == (Outcome.RAISED, SessionStart.NEW)


async def test_a_desk_is_used_again(pool: Pool) -> None:
    job = Job("spelling.mend", {"text": "x = “a”"}, "desk")
    results = [await pool.run(job) for _ in range(3)]
    assert all(result.data == {"text": 'x = "a"', "changed": True} for result in results)
    assert results[0].session is None
    assert len(pool._desks) >= 1


async def test_a_desk_that_failed_is_not_used_again(pool: Pool) -> None:
    pool._desks.clear()
    result = await pool.run(Job("spelling.mend", {"no text": ""}, "desk"))
    assert result.outcome is Outcome.FAULT
    assert pool._desks == []


async def test_every_draw_is_a_students_own(pool: Pool) -> None:
    source = "import random, numpy as np\n(torch.rand(1).item(), random.random(), np.random.rand())"
    draws = [value(await pool.run(cell(source, f"draw {n}"))) for n in range(2)]
    numbers = [str(draw).strip("()").split(", ") for draw in draws]
    assert all(first != second for first, second in zip(*numbers, strict=True))


def test_every_kind_of_job_has_a_place() -> None:
    from engine.kinds import KINDS

    in_jails = {kind for kind, place in PLACES.items() if place is not Place.GPU}

    assert KINDS.keys() == in_jails


@pytest.mark.parametrize("kind", ["no.such", ""])
async def test_an_unknown_kind_is_our_bug(pool: Pool, kind: str) -> None:
    with pytest.raises(KeyError):
        await pool.run(Job(kind, {}, "bug"))
