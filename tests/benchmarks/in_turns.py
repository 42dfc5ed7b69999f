"""Questions to running bots, asked in turns; the last is the others' peer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from time import perf_counter

from tests.benchmarks.measure import Row, percentile
from tests.benchmarks.served import Served, serving

SHARES = (0.5, 0.9, 0.99)


@dataclass(frozen=True, slots=True)
class Question:
    """A message made of a number, and the text in which its answer is known."""

    name: str
    message: Callable[[int], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks as many users in turn; each answer is told apart by a number of its own."""

    served: Served
    question: Question
    users: int
    numbers: Iterator[int]

    def __call__(self) -> Awaitable[float]:
        number = next(self.numbers)
        text, answer = self.question.message(number)
        return self.served.latency(f"user{number % self.users}", text, answer)

    async def at_pace(self, updates: int, per_s: float) -> list[float]:
        """Latencies in ms; an update goes off in time whether or not those before are answered."""
        started, asked = perf_counter(), []
        for number in range(updates):
            await asyncio.sleep(started + number / per_s - perf_counter())
            asked.append(asyncio.ensure_future(self()))
        return [1000 * latency for latency in await asyncio.gather(*asked)]

    async def at_once(self, updates: int) -> float:
        """Seconds until all of so many updates are answered."""
        started = perf_counter()
        await asyncio.gather(*(self() for _ in range(updates)))
        return perf_counter() - started


class Turns:
    """The questions to bots whose users have all been answered before: to one, or one to each."""

    def __init__(
        self, served: Served | Sequence[Served], questions: Sequence[Question], users: int
    ) -> None:
        numbers = count(2000)
        each = [served] * len(questions) if isinstance(served, Served) else served
        self._questions = questions
        self._asks = [
            _Asking(bot, question, users, numbers)
            for bot, question in zip(each, questions, strict=True)
        ]
        self._users = users

    async def warmed(self) -> Turns:
        """These, once everybody has been answered."""
        for ask in self._asks:
            await ask.at_once(self._users)
        return self

    async def paced(self, rounds: int, updates: int, per_s: float) -> list[Row]:
        """Latencies at a steady pace, a row per share and question."""
        took: list[list[list[float]]] = [[] for _ in self._asks]
        for _ in range(rounds):
            for ask, latencies in zip(self._asks, took, strict=True):
                latencies.append(await ask.at_pace(updates, per_s))
        rows = []
        for share in SHARES:
            values = [[percentile(once, share) for once in latencies] for latencies in took]
            rows += _beside_last(self._questions, f"p{share * 100:.0f} ", values)
        return rows

    async def bursts(self, rounds: int, updates: int) -> list[Row]:
        """Replies a second to updates that come all at once."""
        rates: list[list[float]] = [[] for _ in self._asks]
        for _ in range(rounds):
            for ask, own in zip(self._asks, rates, strict=True):
                own.append(updates / await ask.at_once(updates))
        return _beside_last(self._questions, "", rates)


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
