"""/shape through the whole application, beside /eval of the same cell."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter

from tests.benchmarks.measure import Row, Table, percentile
from tests.benchmarks.served import Served, serving

SHARES = (0.5, 0.9, 0.99)
FITS = "torch.relu(torch.rand(5, 3) @ torch.rand(3, {number})).sum(dim=0)"
CLASHES = "torch.rand(5, {number}) + torch.rand(5)"
Ask = Callable[[], Awaitable[float]]


@dataclass(slots=True)
class _Asking:
    """Asks as many users in turn; each answer is told apart by a size of its own."""

    served: Served
    users: int
    command: str
    cell: str
    numbers: count[int] = field(default_factory=lambda: count(2000))

    def __call__(self) -> Awaitable[float]:
        number = next(self.numbers)
        text = f"{self.command} {self.cell.format(number=number)}"
        return self.served.latency(f"user{number % self.users}", text, str(number))


async def measure(
    rounds: int = 3, paced: int = 100, per_s: float = 10.0, users: int = 20
) -> list[Table]:
    """Updates at a steady pace, /shape and /eval in turns, sessions warm."""
    async with serving() as served:
        return [
            await _table(served, rounds, paced, per_s, users, name, cell)
            for name, cell in (("a cell that runs", FITS), ("sizes that clash", CLASHES))
        ]


async def _table(
    served: Served, rounds: int, paced: int, per_s: float, users: int, name: str, cell: str
) -> Table:
    asks = [_Asking(served, users, command, cell) for command in ("/eval", "/shape")]
    for ask in asks:
        await asyncio.gather(*(ask() for _ in range(users)))  # everybody has a session
    took_ms = [[await _at_pace(ask, paced, per_s) for ask in asks] for _ in range(rounds)]
    rows = []
    for share in SHARES:
        evals, shapes = (
            [percentile(once, share) for once in each] for each in zip(*took_ms, strict=True)
        )
        peer = Row(f"p{share * 100:.0f} /eval", evals)
        rows += [Row(f"p{share * 100:.0f} /shape", shapes, peer), peer]
    handed_over = f"{rounds} × {paced} updates at {per_s:g}/s from {users} users"
    return Table(f"shape: {name}, until the reply arrives, {handed_over}", "ms", rows)


async def _at_pace(ask: Ask, paced: int, per_s: float) -> list[float]:
    """Latencies in ms; an update goes off in time whether or not those before are answered."""
    started, asked = perf_counter(), []
    for number in range(paced):
        await asyncio.sleep(started + number / per_s - perf_counter())
        asked.append(asyncio.ensure_future(ask()))
    return [1000 * latency for latency in await asyncio.gather(*asked)]
