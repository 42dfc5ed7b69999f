"""The event loop that needs no sockets."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from engine.notebook.event_loop import JailLoop, jail_loops
from engine.notebook.interpreter import Raised, attempt


async def both() -> tuple[int, int]:
    async def one(value: int) -> int:
        await asyncio.sleep(0)
        return value

    first, second = await asyncio.gather(one(1), one(2))
    return first, second


def test_tasks_run_and_the_policy_comes_back() -> None:
    before = asyncio.get_event_loop_policy()
    with jail_loops():
        assert asyncio.run(both()) == (1, 2)
    assert asyncio.get_event_loop_policy() is before


def test_an_interrupt_wakes_a_sleeping_loop() -> None:
    async def sleep() -> None:
        asyncio.get_running_loop().call_later(0, os.kill, os.getpid(), signal.SIGINT)
        await asyncio.sleep(600)

    with jail_loops():
        outcome = attempt(lambda: asyncio.run(sleep()))
    assert isinstance(outcome, Raised)
    assert type(outcome.error) is KeyboardInterrupt


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_the_loop_holds_no_socket() -> None:
    before = open_descriptors()
    loop = JailLoop()
    assert open_descriptors() == before
    loop.close()
