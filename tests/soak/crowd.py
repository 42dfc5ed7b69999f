"""People who ask the bot one thing after another, whether or not it is there."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from itertools import count
from typing import Final

from bot.local.server import LocalTelegram
from handlers.words import Words
from tests.soak.acts import ACTS
from tests.soak.book import Asked, Book
from tests.soak.student import Student

PEOPLE: Final = 20
PATIENCE_S: Final = 120.0  # until all is answered, once the bot is left alone
PAUSE_S: Final = 1.5  # between two acts of a person, on average


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody who asks, and what came of it."""

    book: Book
    students: list[Student]
    living: list[asyncio.Task[None]]
    over: asyncio.Event

    async def quiet(self) -> None:
        """Stop asking; return when everything is answered, or has not been for too long."""
        self.over.set()
        await asyncio.gather(*self.living)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await self.book.quiet()

    async def mistaken_languages(self) -> list[str]:
        """Who is not answered in the language that they chose last."""
        asked = [_unknown(student) for student in self.students]
        await self.quiet()
        return [f"{told.what}: {words!r}" for told, words in asked if not self._heard(told, words)]

    def _heard(self, asked: Asked, words: str) -> bool:
        call = self.book.answer(asked)
        return call is not None and call.text == words


def students(
    telegram: LocalTelegram, seed: int, people: int, refusals: Collection[str] = ()
) -> list[Student]:
    """So many people, with one book."""
    book, numbers = Book(telegram, refusals), count(1_000_000, 1_000)
    return [
        Student(telegram, book, telegram.person(name), random.Random(f"{seed} {name}"), numbers)
        for name in (f"student{n}" for n in range(people))
    ]


@contextlib.asynccontextmanager
async def crowd(
    telegram: LocalTelegram, seed: int, people: int = PEOPLE, refusals: Collection[str] = ()
) -> AsyncIterator[Crowd]:
    """So many people, who ask from now on."""
    those, over = students(telegram, seed, people, refusals), asyncio.Event()
    living = [asyncio.create_task(_live(student, over)) for student in those]
    try:
        yield Crowd(those[0].book, those, living, over)
    finally:
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)


async def _live(student: Student, over: asyncio.Event) -> None:
    while not over.is_set():
        await asyncio.sleep(student.chance.uniform(0, 2 * PAUSE_S))
        student.chance.choice(ACTS)(student)


def _unknown(student: Student) -> tuple[Asked, str]:
    """A command that there is not, and what is answered to it."""
    name = f"soak{next(student.numbers)}"
    _, asked = student.say(f"/{name}", name)
    return asked, str(Words()(student.language)("unknown", typed=name))
