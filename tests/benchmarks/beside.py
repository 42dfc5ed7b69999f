"""A command through the whole application, beside a handler of the same that answers a constant."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter

from tests.benchmarks.measure import Row, Table, percentile
from tests.benchmarks.served import Served, serving

APPLICATION = ("-m", "tests.benchmarks.constant")
SHARES = (0.5, 0.9, 0.99)
Ask = Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Command:
    """What is asked: a message made of a number, and the text in which its answer is known.

    `like` is the constant's answer that is as long as the command's.
    """

    name: str
    like: str
    message: Callable[[int], tuple[str, str]]


@dataclass(slots=True)
class _Asking:
    """Asks as many users in turn; each answer is told apart by a number of its own."""

    served: Served
    command: Command
    users: int
    numbers: count[int] = field(default_factory=lambda: count(100_000))

    def commanded(self) -> Awaitable[float]:
        number = next(self.numbers)
        return self._latency(number, *self.command.message(number))

    def constant(self) -> Awaitable[float]:
        number = next(self.numbers)
        return self._latency(number, f"/constant {number} {self.command.like}", str(number))

    def _latency(self, number: int, text: str, answer: str) -> Awaitable[float]:
        return self.served.latency(f"user{number % self.users}", text, answer)


async def measure(
    command: Command, rounds: int, paced: int, per_s: float, burst: int, users: int
) -> list[Table]:
    """Updates at a steady pace, then all at once; both kinds in turns, sessions warm."""
    async with serving(APPLICATION) as served:
        asking = _Asking(served, command, users)
        await all_at_once(asking.commanded, users)  # everybody has a session from now on
        await all_at_once(asking.constant, users)
        latency = await _paced(asking, rounds, paced, per_s)
        throughput = await _bursts(asking, rounds, burst)
    handed_over = f"{rounds} × {paced} updates at {per_s:g}/s from {users} users"
    at_once = f"{burst} updates at once from {users} users"
    return [
        Table(f"{command.name}: until the reply arrives, {handed_over}", "ms", latency),
        Table(f"{command.name}: replies, {at_once}", "1/s", throughput),
    ]


async def _paced(asking: _Asking, rounds: int, paced: int, per_s: float) -> list[Row]:
    constants, commands = [], []
    for _ in range(rounds):
        constants.append(await at_pace(asking.constant, paced, per_s))
        commands.append(await at_pace(asking.commanded, paced, per_s))
    rows = []
    for share in SHARES:
        name = f"p{share * 100:.0f}"
        peer = Row(f"{name} constant", [percentile(once, share) for once in constants])
        mine = [percentile(once, share) for once in commands]
        rows += [Row(f"{name} {asking.command.name}", mine, peer), peer]
    return rows


async def at_pace(ask: Ask, paced: int, per_s: float) -> list[float]:
    """Latencies in ms; an update goes off in time whether or not those before are answered."""
    started, asked = perf_counter(), []
    for number in range(paced):
        await asyncio.sleep(started + number / per_s - perf_counter())
        asked.append(asyncio.ensure_future(ask()))
    return [1000 * latency for latency in await asyncio.gather(*asked)]


async def _bursts(asking: _Asking, rounds: int, burst: int) -> list[Row]:
    constants, commands = [], []
    for _ in range(rounds):
        constants.append(burst / await all_at_once(asking.constant, burst))
        commands.append(burst / await all_at_once(asking.commanded, burst))
    peer = Row("constant", constants)
    return [Row(asking.command.name, commands, peer), peer]


async def all_at_once(ask: Ask, burst: int) -> float:
    """Seconds until all of so many updates are answered."""
    started = perf_counter()
    await asyncio.gather(*(ask() for _ in range(burst)))
    return perf_counter() - started
