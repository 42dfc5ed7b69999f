"""/eval through the whole application, beside a handler of the same that answers a constant."""

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


@dataclass(slots=True)
class _Asking:
    """Asks as many users in turn; each answer is told apart by a number of its own."""

    served: Served
    users: int
    numbers: count[int] = field(default_factory=lambda: count(100_000))

    def eval(self) -> Awaitable[float]:
        number = next(self.numbers)
        return self._latency(number, f"/eval torch.tensor({number})", f"tensor({number})")

    def constant(self) -> Awaitable[float]:
        number = next(self.numbers)
        return self._latency(number, f"/constant {number}", str(number))

    def _latency(self, number: int, text: str, answer: str) -> Awaitable[float]:
        return self.served.latency(f"user{number % self.users}", text, answer)


async def measure(
    rounds: int = 3, paced: int = 100, per_s: float = 20.0, burst: int = 200, users: int = 20
) -> list[Table]:
    """Updates at a steady pace, then all at once; both kinds in turns, sessions warm."""
    async with serving(APPLICATION) as served:
        asking = _Asking(served, users)
        await _all(asking.eval, users)  # everybody has a session from now on
        await _all(asking.constant, users)
        latency = await _paced(asking, rounds, paced, per_s)
        throughput = await _bursts(asking, rounds, burst)
    handed_over = f"{rounds} × {paced} updates at {per_s:g}/s from {users} users"
    return [
        Table(f"eval: until the reply arrives, {handed_over}", "ms", latency),
        Table(f"eval: replies, {burst} updates at once from {users} users", "1/s", throughput),
    ]


async def _paced(asking: _Asking, rounds: int, paced: int, per_s: float) -> list[Row]:
    constants, evals = [], []
    for _ in range(rounds):
        constants.append(await _at_pace(asking.constant, paced, per_s))
        evals.append(await _at_pace(asking.eval, paced, per_s))
    rows = []
    for share in SHARES:
        name = f"p{share * 100:.0f}"
        peer = Row(f"{name} constant", [percentile(once, share) for once in constants])
        rows += [Row(f"{name} /eval", [percentile(once, share) for once in evals], peer), peer]
    return rows


async def _at_pace(ask: Ask, paced: int, per_s: float) -> list[float]:
    """Latencies in ms; an update goes off in time whether or not those before are answered."""
    started, asked = perf_counter(), []
    for number in range(paced):
        await asyncio.sleep(started + number / per_s - perf_counter())
        asked.append(asyncio.ensure_future(ask()))
    return [1000 * latency for latency in await asyncio.gather(*asked)]


async def _bursts(asking: _Asking, rounds: int, burst: int) -> list[Row]:
    constants, evals = [], []
    for _ in range(rounds):
        constants.append(burst / await _all(asking.constant, burst))
        evals.append(burst / await _all(asking.eval, burst))
    peer = Row("constant", constants)
    return [Row("/eval", evals, peer), peer]


async def _all(ask: Ask, burst: int) -> float:
    """Seconds until all of so many updates are answered."""
    started = perf_counter()
    await asyncio.gather(*(ask() for _ in range(burst)))
    return perf_counter() - started
