"""Questions to one running bot, asked in turns at a steady pace; the last is the others' peer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from tests.benchmarks.beside import SHARES, all_at_once, at_pace
from tests.benchmarks.measure import Row, percentile
from tests.benchmarks.served import Served, serving


@dataclass(frozen=True, slots=True)
class Question:
    """A message made of a number, and the text in which its answer is known."""

    name: str
    message: Callable[[int], tuple[str, str]]


@dataclass(slots=True)
class _Asking:
    """Asks as many users in turn; each answer is told apart by a number of its own."""

    served: Served
    question: Question
    users: int
    numbers: count[int] = field(default_factory=lambda: count(2000))

    def __call__(self) -> Awaitable[float]:
        number = next(self.numbers)
        text, answer = self.question.message(number)
        return self.served.latency(f"user{number % self.users}", text, answer)


async def paced(
    served: Served,
    questions: Sequence[Question],
    rounds: int,
    updates: int,
    per_s: float,
    users: int,
) -> list[Row]:
    """Latencies once everybody has been answered before, a row per share and question."""
    asks = [_Asking(served, question, users) for question in questions]
    for ask in asks:
        await all_at_once(ask, users)
    took: list[list[list[float]]] = [[] for _ in asks]
    for _ in range(rounds):
        for ask, latencies in zip(asks, took, strict=True):
            latencies.append(await at_pace(ask, updates, per_s))
    rows = []
    for share in SHARES:
        rows += _beside_last(
            questions,
            f"p{share * 100:.0f} ",
            [[percentile(once, share) for once in latencies] for latencies in took],
        )
    return rows


async def first(questions: Sequence[Question], starts: int) -> list[Row]:
    """Latency of the very first of its kind, each at a bot of its own that has run a cell."""
    took: list[list[float]] = [[] for _ in questions]
    for start in range(starts):
        for question, latencies in zip(questions, took, strict=True):
            async with serving() as served:
                await served.answered_at("warmed", "/eval 6 * 7", "42")
                text, answer = question.message(1000 + start)
                latencies.append(1000 * await served.latency("asks", text, answer))
    return _beside_last(questions, "first ", took)


def _beside_last(
    questions: Sequence[Question], prefix: str, values: Sequence[list[float]]
) -> list[Row]:
    peer = Row(f"{prefix}{questions[-1].name}", values[-1])
    pairs = zip(questions[:-1], values[:-1], strict=True)
    return [*(Row(f"{prefix}{each.name}", own, peer) for each, own in pairs), peer]
