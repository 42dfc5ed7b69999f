"""A command through the whole application, beside a handler of the same that answers a constant."""

from __future__ import annotations

from tests.benchmarks.in_turns import Question, Turns
from tests.benchmarks.measure import Table
from tests.benchmarks.served import serving

APPLICATION = ("-m", "tests.benchmarks.constant")


async def measure(
    command: Question, like: str, rounds: int, paced: int, per_s: float, burst: int, users: int
) -> list[Table]:
    """Updates at a steady pace, then all at once; both kinds in turns, sessions warm.

    `like` is the constant's answer that is as long as the command's.
    """
    constant = Question("constant", lambda number: (f"/constant {number} {like}", str(number)))
    async with serving(APPLICATION) as served:
        turns = await Turns(served, (command, constant), users).warmed()
        latency = await turns.paced(rounds, paced, per_s)
        throughput = await turns.bursts(rounds, burst)
    handed_over = f"{rounds} × {paced} updates at {per_s:g}/s from {users} users"
    at_once = f"{burst} updates at once from {users} users"
    return [
        Table(f"{command.name}: until the reply arrives, {handed_over}", "ms", latency),
        Table(f"{command.name}: replies, {at_once}", "1/s", throughput),
    ]
