"""Everything the local Telegram remembers: people, chats, messages, callbacks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.local.entities import Json
from bot.local.errors import bad_request, forbidden
from bot.local.files import Files
from bot.local.message import Message
from bot.local.people import BOT, BOT_ID, COURSE_ID, Chat, Group, Private, User, user_id
from bot.local.profile import Profile
from bot.local.transcript import Transcript
from bot.local.updates import Updates, clock_ids


@dataclass(frozen=True, slots=True)
class Asked:
    """A pressed button that waits for an answer."""

    user: User
    message: Message


class World:
    def __init__(self) -> None:
        self.users: dict[int, User] = {BOT_ID: BOT}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[tuple[int, int], Message] = {}
        self.callbacks: dict[str, Asked] = {}
        self.updates = Updates()
        self.files = Files()
        self.profile = Profile()
        self.transcript = Transcript()
        self._group_ids: dict[int, Iterator[int]] = {}
        self._private_ids = clock_ids()
        self.course = self.group(COURSE_ID, "Глубокое обучение")
        self.seminar = self.topic(self.course, "Семинар")
        self.teacher = self.user("teacher")
        self.course.administrators.add(self.teacher.id)

    def user(self, name: str, language: str | None = None) -> User:
        """The user of that name, made at the first mention, a member of the course group."""
        known = self.users.get(user_id(name))
        if known is None:
            known = User(user_id(name), name)
            self.chats[known.id] = Private(known)
            self.course.members.add(known.id)
        if language is not None:
            known = replace(known, language=language)
        self.users[known.id] = known
        return known

    def group(self, chat_id: int, title: str) -> Group:
        group = self.chats[chat_id] = Group(chat_id, title)
        return group

    def topic(self, group: Group, name: str) -> int:
        """A new topic of a group: the id of its thread is that of its first message."""
        made = self.keep(Message(self.next_id(group), group.id, BOT, now(), topic_created=name))
        group.topics[made.id] = name
        self.keep(replace(made, topic=made.id))
        return made.id

    def next_id(self, chat: Chat) -> int:
        """Groups count their own messages; private chats share one count."""
        if isinstance(chat, Private):
            return next(self._private_ids)
        return next(self._group_ids.setdefault(chat.id, clock_ids()))

    def keep(self, message: Message) -> Message:
        self.messages[message.chat_id, message.id] = message
        return message

    def privates(self) -> list[Private]:
        return [chat for chat in self.chats.values() if isinstance(chat, Private)]

    def chat(self, chat_id: int) -> Chat:
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def writable(self, chat_id: int) -> Chat:
        """A chat the bot may write to."""
        chat = self.chat(chat_id)
        if isinstance(chat, Private):
            if chat.blocked:
                raise forbidden("bot was blocked by the user")
            if not chat.started:
                raise forbidden("bot can't initiate conversation with a user")
        elif BOT_ID not in chat.members:
            raise forbidden("bot was kicked from the supergroup chat")
        return chat

    def to_json(self, message: Message) -> Json:
        """A message as an update or a result carries it."""
        told = {**message.to_json(), "chat": self.chat(message.chat_id).to_json()}
        # In a topic a message that answers nothing answers the topic's first message.
        answered = self.messages.get((message.chat_id, message.reply_to or message.topic or 0))
        if answered is not None and answered.id != message.id:
            chat = self.chat(answered.chat_id).to_json()
            told["reply_to_message"] = {**answered.to_json(), "chat": chat}
        return told


def now() -> int:
    return int(time.time())
