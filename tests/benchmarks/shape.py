"""/shape through the whole application, beside /eval of the same cell."""

from __future__ import annotations

from functools import partial

from tests.benchmarks.in_turns import Question, Turns
from tests.benchmarks.measure import Table
from tests.benchmarks.served import serving

COMMANDS = ("/shape", "/eval")
CELLS = {
    "a cell that runs": "torch.relu(torch.rand(5, 3) @ torch.rand(3, {size})).sum(dim=0)",
    "sizes that clash": "torch.rand(5, {size}) + torch.rand(5)",
}


async def measure(
    rounds: int = 3, updates: int = 100, per_s: float = 10.0, users: int = 20
) -> list[Table]:
    """Updates at a steady pace, both commands in turns, sessions warm."""
    tables = []
    async with serving() as served:
        for name, cell in CELLS.items():
            questions = [Question(command, partial(_asked, command, cell)) for command in COMMANDS]
            turns = await Turns(served, questions, users).warmed()
            rows = await turns.paced(rounds, updates, per_s)
            handed_over = f"{rounds} × {updates} updates at {per_s:g}/s from {users} users"
            title = f"shape: {name}, until the reply arrives, {handed_over}"
            tables.append(Table(title, "ms", rows))
    return tables


def _asked(command: str, cell: str, size: int) -> tuple[str, str]:
    return f"{command} {cell.format(size=size)}", str(size)
