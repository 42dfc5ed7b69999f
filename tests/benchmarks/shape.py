"""/shape through the whole application, beside /eval of the same cell."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, field
from itertools import count

from tests.benchmarks.beside import SHARES, all_at_once, at_pace
from tests.benchmarks.measure import Row, Table, percentile
from tests.benchmarks.served import Served, serving

CELLS = {
    "a cell that runs": "torch.relu(torch.rand(5, 3) @ torch.rand(3, {size})).sum(dim=0)",
    "sizes that clash": "torch.rand(5, {size}) + torch.rand(5)",
}


@dataclass(slots=True)
class _Asking:
    """Asks as many users in turn; each answer is told apart by a size of its own."""

    served: Served
    users: int
    command: str
    cell: str
    sizes: count[int] = field(default_factory=lambda: count(2000))

    def __call__(self) -> Awaitable[float]:
        size = next(self.sizes)
        text = f"{self.command} {self.cell.format(size=size)}"
        return self.served.latency(f"user{size % self.users}", text, str(size))


async def measure(
    rounds: int = 3, paced: int = 100, per_s: float = 10.0, users: int = 20
) -> list[Table]:
    """Updates at a steady pace, both commands in turns, sessions warm."""
    tables = []
    async with serving() as served:
        for name, cell in CELLS.items():
            asks = [_Asking(served, users, command, cell) for command in ("/eval", "/shape")]
            rows = await _paced(asks, rounds, paced, per_s)
            handed_over = f"{rounds} × {paced} updates at {per_s:g}/s from {users} users"
            title = f"shape: {name}, until the reply arrives, {handed_over}"
            tables.append(Table(title, "ms", rows))
    return tables


async def _paced(asks: list[_Asking], rounds: int, paced: int, per_s: float) -> list[Row]:
    for ask in asks:
        await all_at_once(ask, ask.users)  # everybody has a session from now on
    evals: list[list[float]] = []
    shapes: list[list[float]] = []
    for _ in range(rounds):
        for ask, latencies in zip(asks, (evals, shapes), strict=True):
            latencies.append(await at_pace(ask, paced, per_s))
    rows = []
    for share in SHARES:
        name = f"p{share * 100:.0f}"
        peer = Row(f"{name} /eval", [percentile(once, share) for once in evals])
        rows += [Row(f"{name} /shape", [percentile(once, share) for once in shapes], peer), peer]
    return rows
