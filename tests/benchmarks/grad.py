"""/grad and /graph of the seminar's f, beside /eval of a cell that asks autograd for the same."""

from __future__ import annotations

from tests.benchmarks.in_turns import Question, Turns, first
from tests.benchmarks.measure import Table
from tests.benchmarks.served import serving

FORMULA = "f(x,y)=x^2+xy+(x+y)^2+{number}"
CELL = (
    "x = torch.tensor(2.0, requires_grad=True); y = torch.tensor(2.0, requires_grad=True)\n"
    "f = x**2 + x*y + (x + y)**2 + {number}\nf.backward()\nf.item(), x.grad, y.grad"
)
QUESTIONS = (
    Question("/grad", lambda n: (f"/grad {FORMULA.format(number=n)} at x=2, y=2", f"= {n + 24}")),
    Question("/graph", lambda n: (f"/graph {FORMULA.format(number=n)} at x=2, y=2", f"= {n + 24}")),
    Question("/eval", lambda n: (f"/eval {CELL.format(number=n)}", f"({n + 24}.0, tensor(14.)")),
)


async def measure(
    rounds: int = 3, updates: int = 100, per_s: float = 8.0, users: int = 20, starts: int = 3
) -> list[Table]:
    """The first after a start, then updates at a steady pace, all kinds in turns."""
    cold = await first(QUESTIONS, starts)
    async with serving() as served:
        turns = await Turns(served, QUESTIONS, users).warmed()
        warm = await turns.paced(rounds, updates, per_s)
    handed_over = f"{rounds} × {updates} updates at {per_s:g}/s from {users} users"
    return [
        Table(
            "grad: the first after a bot's start and a cell, until the reply arrives", "ms", cold
        ),
        Table(f"grad: until the reply arrives, {handed_over}", "ms", warm),
    ]
