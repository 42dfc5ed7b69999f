"""/broadcast on shapes that clash, with the repair really run, beside a constant."""

from __future__ import annotations

from tests.benchmarks import beside
from tests.benchmarks.in_turns import Question
from tests.benchmarks.measure import Table

BROADCAST = Question(
    "/broadcast",
    lambda number: (f"/broadcast x{number}=(32,10) m=(32,)", f"x{number} - m.unsqueeze(1)"),
)


async def measure(
    rounds: int = 3, paced: int = 300, per_s: float = 60.0, burst: int = 300, users: int = 30
) -> list[Table]:
    return await beside.measure(BROADCAST, "broadcast", rounds, paced, per_s, burst, users)
