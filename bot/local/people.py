"""Who is there: people with stable ids, the bot, chats."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from bot.local.entities import Json

BOT_ID = 7_000_000_001
BOT_USERNAME = "tensor_tutor_bot"
COURSE_ID = -1002_000_000_001


def user_id(name: str) -> int:
    """The id of the user of that name: the same in every run."""
    digest = hashlib.sha256(name.encode()).digest()
    return 100_000_000 + int.from_bytes(digest[:8]) % 6_000_000_000


@dataclass(frozen=True, slots=True)
class User:
    id: int
    name: str
    language: str = "ru"
    is_bot: bool = False

    @property
    def username(self) -> str | None:
        return self.name if re.fullmatch(r"[A-Za-z]\w{4,31}", self.name, re.ASCII) else None

    def to_json(self) -> Json:
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.username:
            user["username"] = self.username
        if not self.is_bot:
            user["language_code"] = self.language
        return user


BOT = User(BOT_ID, BOT_USERNAME, is_bot=True)


@dataclass(slots=True)
class Private:
    """A private chat with the bot; exists for every user, open only once they wrote."""

    user: User
    started: bool = False
    blocked: bool = False

    @property
    def id(self) -> int:
        return self.user.id

    def to_json(self) -> Json:
        chat: Json = {"id": self.id, "type": "private", "first_name": self.user.name}
        if self.user.username:
            chat["username"] = self.user.username
        return chat


@dataclass(slots=True)
class Group:
    """A supergroup; a forum when it has topics."""

    id: int
    title: str
    members: set[int] = field(default_factory=lambda: {BOT_ID})
    administrators: set[int] = field(default_factory=set)
    topics: dict[int, str] = field(default_factory=dict)

    def to_json(self) -> Json:
        chat: Json = {"id": self.id, "type": "supergroup", "title": self.title}
        return {**chat, "is_forum": True} if self.topics else chat


Chat = Private | Group
