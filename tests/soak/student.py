"""Somebody who writes to the bot, and by what each answer will be known."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from bot.local.message import Message
from bot.local.person import Person
from bot.local.server import LocalTelegram
from tests.soak.book import Asked, Book

PAGES: Final = ("start", "eval", "shape", "broadcast", "grad", "graph", "root", "timeit", "reset")


@dataclass(slots=True)
class Student:
    """One of them, and what they may come back to."""

    telegram: LocalTelegram
    book: Book
    person: Person
    chance: random.Random
    numbers: Iterator[int]  # nobody asks for one twice
    language: str = "ru"
    greeting: Asked | None = None
    menu: Asked | None = None
    pressed: Asked | None = None  # a language of that menu
    cells: list[tuple[Message, Asked]] = field(default_factory=list)
    widths: Iterator[int] = field(default_factory=lambda: count(300))
    pages: list[str] = field(default_factory=lambda: list(PAGES))
    tries: list[int] = field(default_factory=lambda: [0, 1, 2])

    def say(self, text: str, mark: object, *, group: bool = False) -> tuple[Message, Asked]:
        """Send what is answered by the mark; its first message."""
        chat = self.telegram.world.course if group else None
        message, *_ = self.person.send(text, chat=chat)
        return message, self.note(message.chat_id, text, mark)

    def edit(self, message: Message, asked: Asked, text: str, mark: object) -> Asked:
        """Edit a message into what is answered by the mark, in the same place."""
        self.person.edit(message, text)
        return self.note(asked.chat, f"edited into {text}", mark, asked.place)

    def press(self, asked: Asked, row: int, mark: object) -> Asked | None:
        """Press a button of an answer, if it is there already."""
        call = self.book.answer(asked)
        if call is None:
            return None
        message = self.telegram.world.messages[call.chat_id or 0, call.message_id or 0]
        button = call.keyboard[row][0]
        query = self.person.press(message, button)
        return self.note(message.chat_id, f"[{button['text']}]", mark, query=query)

    def note(
        self,
        chat: int,
        what: str,
        mark: object,
        place: str | None = None,
        query: str | None = None,
    ) -> Asked:
        """Write down what this person asks."""
        told = f"{self.person.user.name}: {what[:60]!r}"
        return self.book.ask(Asked(chat, told, str(mark), place or str(mark), query))
