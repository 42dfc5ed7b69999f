"""/eval in warm sessions, beside a constant."""

from __future__ import annotations

from tests.benchmarks import beside
from tests.benchmarks.in_turns import Question
from tests.benchmarks.measure import Table

EVAL = Question("/eval", lambda number: (f"/eval torch.tensor({number})", f"tensor({number})"))


async def measure(
    rounds: int = 3, paced: int = 100, per_s: float = 20.0, burst: int = 200, users: int = 20
) -> list[Table]:
    return await beside.measure(EVAL, "eval", rounds, paced, per_s, burst, users)
