"""The queue serves owners in turn, within its bounds."""

import asyncio

import pytest

from engine.jail.queue import FairQueue, QueueFull


class Line:
    """A queue and the order in which it served."""

    def __init__(self, slots: int = 1, most: int = 100, most_per_owner: int = 100) -> None:
        self.queue = FairQueue(slots, most, most_per_owner)
        self.served: list[str] = []
        self.told: list[int] = []

    async def one(self, owner: str) -> None:
        await self.queue.acquire(owner, self.told.append)
        self.served.append(owner)


async def test_owners_take_turns_whoever_sent_more() -> None:
    line = Line()
    await line.one("x")
    waiting = [asyncio.create_task(line.one(owner)) for owner in "aaaabbc"]
    await asyncio.sleep(0)
    for turn in range(len(waiting)):
        line.queue.release(line.served[turn])
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    assert "".join(line.served) == "xabcabaa"


async def test_one_owner_never_runs_two_jobs_at_once() -> None:
    line = Line(slots=2)
    await line.one("a")
    second = asyncio.create_task(line.one("a"))
    await line.one("b")
    await asyncio.sleep(0)
    assert line.served == ["a", "b"]
    line.queue.release("a")
    await second
    assert line.served == ["a", "b", "a"]


async def test_who_waits_is_told_how_many_are_ahead() -> None:
    line = Line()
    await line.one("a")
    waiting = [asyncio.create_task(line.one(owner)) for owner in ("b", "c", "b")]
    await asyncio.sleep(0)
    assert line.told == [1, 2, 3]
    for owner in ("a", "b", "c"):
        line.queue.release(owner)
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)


@pytest.mark.parametrize(("most", "most_per_owner"), [(1, 5), (5, 1)])
async def test_a_full_queue_refuses_at_once(most: int, most_per_owner: int) -> None:
    line = Line(most=most, most_per_owner=most_per_owner)
    await line.one("a")
    waiting = asyncio.create_task(line.one("b"))
    await asyncio.sleep(0)
    with pytest.raises(QueueFull) as full:
        await line.one("b")
    assert full.value.ahead == 2
    line.queue.release("a")
    await waiting


async def test_who_leaves_the_queue_blocks_nobody() -> None:
    line = Line()
    await line.one("a")
    leaver, stayer = asyncio.create_task(line.one("b")), asyncio.create_task(line.one("c"))
    await asyncio.sleep(0)
    leaver.cancel()
    await asyncio.gather(leaver, return_exceptions=True)
    line.queue.release("a")
    await stayer
    assert line.served == ["a", "c"]


async def test_a_turn_granted_to_who_just_left_goes_to_the_next() -> None:
    line = Line()
    await line.one("a")
    leaver, stayer = asyncio.create_task(line.one("b")), asyncio.create_task(line.one("c"))
    await asyncio.sleep(0)
    line.queue.release("a")
    leaver.cancel()
    await asyncio.gather(leaver, return_exceptions=True)
    await stayer
    assert line.served == ["a", "c"]


async def test_a_turn_is_taken_at_once_only_where_nobody_is_overtaken() -> None:
    queue = FairQueue(2, 10, 10)

    assert queue.take("a")
    assert not queue.take("a")
    assert queue.take("b")
    waiting = asyncio.create_task(queue.acquire("c", lambda ahead: None))
    await asyncio.sleep(0)
    queue.release("a")
    await waiting
    assert not queue.take("a")
