"""People who ask the bot one thing after another, whether or not it is there."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from typing import Final

from bot.local.server import LocalTelegram
from handlers.words import Words
from tests.soak.acts import ACTS
from tests.soak.book import Book
from tests.soak.student import PATIENCE_S, Student

PEOPLE: Final = 20
PAUSE_S: Final = 1.0  # between two acts of a person, on average


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
        return [name for name in [await _mistaken(student) for student in self.students] if name]


def students(telegram: LocalTelegram, seed: int, people: int) -> list[Student]:
    """So many people, with one book."""
    book, numbers = Book(telegram), count(1_000_000, 1_000)
    return [
        Student(telegram, book, telegram.person(name), random.Random(f"{seed} {name}"), numbers)
        for name in (f"student{n}" for n in range(people))
    ]


@contextlib.asynccontextmanager
async def crowd(telegram: LocalTelegram, seed: int, people: int = PEOPLE) -> AsyncIterator[Crowd]:
    """So many people, who ask from now on."""
    those, over = students(telegram, seed, people), asyncio.Event()
    living = [asyncio.create_task(_live(student, over)) for student in those]
    try:
        yield Crowd(those[0].book, those, living, over)
    finally:
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)


async def _live(student: Student, over: asyncio.Event) -> None:
    # Who waits in vain stops asking; the book knows what was not answered.
    with contextlib.suppress(TimeoutError):
        while not over.is_set():
            await asyncio.sleep(student.chance.uniform(0, 2 * PAUSE_S))
            await student.chance.choice(ACTS)(student)


async def _mistaken(student: Student) -> str:
    name = f"soak{next(student.numbers)}"
    _, asked = student.say(f"/{name}", name)
    words = Words()(student.language)("unknown", typed=name)
    call = await student.answer(asked)
    return "" if call.text == words else f"{asked.what} in another than {student.language}"
