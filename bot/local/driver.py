"""Does acts one after another in the local Telegram, and sees what the bot does about each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.local.acts import Act, As, BadAct, Edit, Press, Reply, Say, Tap, Upload
from bot.local.client import Client
from bot.local.entities import Json
from bot.local.message import Message
from bot.local.people import Chat
from bot.local.person import Person
from bot.local.server import LocalTelegram
from bot.local.transcript import Call

# Between two looks at whether the bot is done: an update that it has just confirmed may be
# on the way from its queue to its handlers.
_BREATH_S = 0.01

Idle = Callable[[], Awaitable[None]]
_Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One act: what the bot showed, and whether it reacted at all."""

    act: Act
    calls: tuple[Call, ...]
    answered: bool


@dataclass(slots=True)
class Driver:
    telegram: LocalTelegram
    idle: Idle
    person: Person
    chat: Chat | None = None
    client: Client = Client.TERMINAL
    language: str | None = None
    limit_s: float = 120.0
    sent: list[Message] = field(default_factory=list)
    _answers: dict[int, _Key] = field(default_factory=dict)
    _numbers: dict[_Key, int] = field(default_factory=dict)
    _query: str | None = None

    async def do(self, act: Act) -> Step:
        """Does an act and waits until the bot is done with it; raises BadAct if it cannot be."""
        before = len(self.telegram.transcript.calls)
        self._query = None
        number = self._perform(act)
        await self._settled()
        calls = tuple(self.telegram.transcript.calls[before:])
        self._remember(number, calls)
        answered = any(call.method != "deleteMessage" for call in calls)
        pressed = self._query is not None and self._query not in self.telegram.world.callbacks
        return Step(act, calls, answered or pressed or isinstance(act, As | Edit))

    def _perform(self, act: Act) -> int:
        """Returns the number of the message that the answers will belong to."""
        match act:
            case Say(text):
                return self._say(text, None)
            case Reply(number, text):
                return self._say(text, self._answer_to(number))
            case Upload():
                return self._upload(act)
            case Edit(number, text):
                return self._edit(number, text)
            case Press(label):
                return self._press(*self._button(label))
            case Tap(message, button):
                return self._press(message, button)
            case As(name):
                self.person = self.telegram.person(name, self.language)
                return len(self.sent)

    async def _settled(self) -> None:
        try:
            async with asyncio.timeout(self.limit_s):
                for _ in range(2):
                    await self.telegram.world.updates.confirmed()
                    await self.idle()
                    await asyncio.sleep(_BREATH_S)
        except TimeoutError:
            return

    def _say(self, text: str, reply_to: Message | None) -> int:
        sent = self.person.send(text, chat=self.chat, reply_to=reply_to, client=self.client)
        if not sent:
            raise BadAct("an empty message cannot be sent", "пустое сообщение не отправить")
        return self._count(sent[-1])

    def _upload(self, act: Upload) -> int:
        try:
            content = act.path.read_bytes()
        except OSError as error:
            raise BadAct(
                f"!file: {act.path}: {error.strerror}", f"{act.path}: не читается"
            ) from None
        if not content:
            raise BadAct(f"!file: {act.path}: the file is empty", f"{act.path}: файл пустой")
        name, caption = act.path.name, act.caption
        return self._count(
            self.person.upload(name, content, caption, chat=self.chat, client=self.client)
        )

    def _edit(self, number: int, text: str) -> int:
        message = self._message(number)
        if message.sender.id != self.person.id:
            raise BadAct(
                f"!edit {number}: the message of {message.sender.name}", "это чужое сообщение"
            )
        try:
            self.sent[number - 1] = self.person.edit(message, text, self.client)
        except ValueError as error:
            raise BadAct(f"!edit {number}: {error}", "нужно от 1 до 4096 знаков") from None
        return number

    def _press(self, message: Message, button: Json) -> int:
        self._query = self.person.press(message, button)
        return self._numbers.get((message.chat_id, message.id), len(self.sent))

    def _button(self, label: str) -> tuple[Message, Json]:
        """The newest button whose label contains the text; the whole label wins."""
        for message in self._visible():
            fitting = [b for row in message.keyboard for b in row if label in b["text"]]
            if fitting:
                return message, next((b for b in fitting if b["text"] == label), fitting[0])
        raise BadAct(f"!press {label}: no button says that", f"нет кнопки «{label}»")

    def _visible(self) -> list[Message]:
        """Messages this person sees, the newest first."""
        private = {chat.id for chat in self.telegram.world.privates() if chat.id != self.person.id}
        messages = self.telegram.world.messages.values()
        return [message for message in reversed(messages) if message.chat_id not in private]

    def _count(self, message: Message) -> int:
        self.sent.append(message)
        return len(self.sent)

    def _message(self, number: int) -> Message:
        if not 1 <= number <= len(self.sent):
            raise BadAct(
                f"there is no message {number}: {len(self.sent)} sent so far",
                f"нет сообщения {number}: отправлено {len(self.sent)}",
            )
        return self.sent[number - 1]

    def _answer_to(self, number: int) -> Message:
        self._message(number)
        answer = self.telegram.world.messages.get(self._answers.get(number, (0, 0)))
        if answer is None:
            raise BadAct(
                f"!reply {number}: message {number} got no answer",
                f"на сообщение {number} нет ответа",
            )
        return answer

    def _remember(self, number: int, calls: tuple[Call, ...]) -> None:
        for call in calls:
            key = (call.chat_id or 0, call.message_id or 0)
            if key in self.telegram.world.messages:
                self._answers[number] = key
                self._numbers[key] = number
