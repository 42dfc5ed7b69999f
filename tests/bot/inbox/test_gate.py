"""Suspects one at a time, the least suspected first."""

from __future__ import annotations

import asyncio

import pytest

from bot.inbox.gate import Gate

LONG_S = 60.0


async def visit(gate: Gate, number: int, seen: list[int], most_s: float = LONG_S) -> None:
    async with gate.alone(number, most_s):
        seen.append(number)
        await asyncio.sleep(0)
        seen.append(number)


async def test_the_least_suspected_go_first_and_alone() -> None:
    gate, seen = Gate(), list[int]()
    await asyncio.gather(*[visit(gate, number, seen) for number in (3, 1, 2, 1)])

    assert seen == [1, 1, 1, 1, 2, 2, 3, 3]


async def test_whoever_stays_too_long_is_no_longer_alone() -> None:
    gate, seen, over = Gate(), list[int](), asyncio.Event()

    async def stay() -> None:
        async with gate.alone(1, 0.01):
            await over.wait()

    staying = asyncio.create_task(stay())
    await visit(gate, 2, seen)
    over.set()
    await staying

    assert seen == [2, 2]


async def test_who_gives_up_or_fails_keeps_nobody_out() -> None:
    gate, seen = Gate(), list[int]()
    async with gate.alone(0, LONG_S):
        waiting = asyncio.create_task(visit(gate, 1, seen))
        await asyncio.sleep(0.1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    with pytest.raises(ValueError, match="our bug"):
        async with gate.alone(0, LONG_S):
            raise ValueError("our bug")
    await visit(gate, 2, seen)

    assert seen == [2, 2]
