"""What people asked and what the bot showed for it: what is lost, what is double, and why."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.local.people import BOT_ID
from bot.local.server import LocalTelegram
from bot.local.transcript import Call

Message = tuple[int, int]  # chat and message


@dataclass(frozen=True, slots=True)
class Asked:
    """Something a person did; its answer is a message that has shown `mark`.

    What has one `place` shares an answer: a message, and the same message edited.
    """

    chat: int
    what: str
    mark: str
    place: str
    query: str | None = None  # of a pressed button


@dataclass(frozen=True, slots=True)
class Double:
    """More messages than were asked for; explained when so many were under way at a kill."""

    what: str
    messages: int
    explained: bool


class Book(list[Call]):
    """The transcript of a Telegram, beside what was asked there."""

    def __init__(self, telegram: LocalTelegram, refusals: Collection[str] = ()) -> None:
        super().__init__()
        self._refusals = refusals  # words that say: not now
        self._world = telegram.world
        self._asked: list[Asked] = []
        self._times: Counter[tuple[int, str]] = Counter()  # how often a mark is due in a chat
        self._shown: dict[tuple[int, str], dict[Message, int]] = defaultdict(dict)
        self._marks: dict[int, set[str]] = defaultdict(set)
        self._refused: set[Message] = set()
        self._under_way: set[Message] = set()
        self._life = 0  # the call with which the present life of the bot began
        self._news = asyncio.Event()
        self._due: tuple[int, Callable[[], None]] | None = None
        telegram.transcript.calls = self

    def append(self, call: Call) -> None:
        super().append(call)
        if call.method.startswith(("send", "editMessage")):
            self._note(call)
        news, self._news = self._news, asyncio.Event()
        news.set()
        if self._due is not None and len(self) >= self._due[0]:
            (_, act), self._due = self._due, None
            act()

    async def at_call(self, number: int, act: Callable[[], None]) -> None:
        """Act when so many more calls have been carried out; of the last the bot does not know."""
        self._due = len(self) + number, act
        try:
            while self._due is not None:
                await self._news.wait()
        finally:
            self._due = None

    def ask(self, asked: Asked) -> Asked:
        """Write down what is being asked."""
        self._asked.append(asked)
        self._times[asked.chat, asked.mark] += 1
        self._marks[asked.chat].add(asked.mark)
        return asked

    def killed(self, noted: Container[int]) -> None:
        """The bot was killed: of what it had posted all but the `noted` ids was under way."""
        posted = {_message(call) for call in self[self._life :] if call.method.startswith("send")}
        self._under_way |= {message for message in posted if message[1] not in noted}
        self._refused -= self._under_way  # these come again, and are answered then
        self._life = len(self)

    def answer(self, asked: Asked) -> Call | None:
        """The first call that answers it, None while there is none."""
        found = self._shown[asked.chat, asked.mark].values()
        return self[min(found)] if found else None

    async def quiet(self) -> None:
        """Return when everything is answered."""
        while self.lost():
            await self._news.wait()

    def lost(self) -> list[str]:
        """What was asked and neither answered nor refused."""
        missing: dict[int, list[str]] = defaultdict(list)
        for (chat, mark), times in self._times.items():
            missing[chat] += [mark] * (times - len(self._shown[chat, mark]))
        refused = Counter(chat for chat, _ in self._refused)
        waiting = [a.what for a in self._asked if a.query and a.query in self._world.callbacks]
        return waiting + [
            f"{mark!r} was not shown to {chat}"
            for chat, marks in missing.items()
            for mark in marks[refused[chat] :]
        ]

    def doubles(self) -> list[Double]:
        """Answers that stand in a chat more often than they were asked for, and strays."""
        found = []
        for asks in self._answers():
            shown = {m for asked in asks for m in self._shown[asked.chat, asked.mark]}
            standing = shown & self._world.messages.keys()
            extra = len(standing) - len(asks) // len({asked.mark for asked in asks})
            if extra > 0:
                explained = len(standing & self._under_way) >= extra
                found.append(Double(asks[-1].what, len(standing), explained))
        return found + list(self._strays())

    def unexplained(self) -> list[Double]:
        """The doubles that no kill accounts for."""
        return [double for double in self.doubles() if not double.explained]

    def out_of_order(self) -> list[str]:
        """Messages of one person that were answered before an earlier one."""
        lines = defaultdict(list)
        for asked in self._asked:
            shown = self._shown[asked.chat, asked.mark]
            if self._times[asked.chat, asked.mark] == 1 and not asked.query and shown:
                lines[asked.chat].append((min(shown.values()), asked))
        return [
            f"{later.what} before {earlier.what}"
            for chat, line in lines.items()
            if chat > 0
            for (first, earlier), (second, later) in pairwise(line)
            if second < first
        ]

    def told(self) -> str:
        """How much there was, in a line."""
        under_way, doubles = len(self._under_way), len(self.doubles())
        refused = f", {len(self._refused)} refused" if self._refused else ""
        return (
            f"{len(self._asked)} asked{refused}, {under_way} under way at a kill, {doubles} double"
        )

    def _note(self, call: Call) -> None:
        shown, message = _shown(call), _message(call)
        for mark in self._marks[message[0]]:
            if mark in shown:
                self._shown[message[0], mark].setdefault(message, len(self) - 1)
        if any(words in shown for words in self._refusals):
            self._refused.add(message)

    def _answers(self) -> list[list[Asked]]:
        answers = defaultdict(list)
        for asked in self._asked:
            answers[asked.chat, asked.place].append(asked)
        return list(answers.values())

    def _strays(self) -> Iterator[Double]:
        """Messages of the bot that answer nothing: at best a line whose answer came elsewhere."""
        known = {message for shown in self._shown.values() for message in shown} | self._refused
        for key, message in self._world.messages.items():
            if message.sender.id == BOT_ID and not message.topic_created and key not in known:
                yield Double(f"stray {message.content.text!r}", 1, key in self._under_way)


def _shown(call: Call) -> str:
    """All of a call in which a mark may stand: text, buttons, the size of a picture."""
    buttons = [button.get("callback_data") for row in call.keyboard for button in row]
    width = f"width={call.file.width};" if call.file else ""
    return f"{call.text} {call.caption} {buttons} {width}"


def _message(call: Call) -> Message:
    return call.chat_id or 0, call.message_id or 0
