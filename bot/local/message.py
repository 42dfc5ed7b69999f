"""One message as the server keeps it, and as it tells the bot about it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.local.entities import NOTHING, Formatted, Json
from bot.local.people import User

Keyboard = tuple[tuple[Json, ...], ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file that Telegram keeps; a photo has sides."""

    kind: str
    id: str
    name: str
    mime: str
    content: bytes
    width: int = 0
    height: int = 0

    @property
    def path(self) -> str:
        return f"{self.kind}s/{self.id}{self.suffix}"

    @property
    def suffix(self) -> str:
        dot = self.name.rfind(".")
        return self.name[dot:] if dot > 0 else ""

    def to_json(self) -> Json:
        return {"file_id": self.id, "file_unique_id": self.id[-16:], "file_size": len(self.content)}

    def in_message(self) -> Json:
        if self.kind == "photo":
            size = {"width": self.width, "height": self.height}
            return {"photo": [{**self.to_json(), **size}]}
        named = {"file_name": self.name, "mime_type": self.mime}
        return {"document": {**self.to_json(), **named}}


@dataclass(frozen=True, slots=True)
class Message:
    id: int
    chat_id: int
    sender: User
    date: int
    content: Formatted = NOTHING
    file: File | None = None
    keyboard: Keyboard = ()
    reply_to: int | None = None
    quote: Formatted | None = None
    topic: int | None = None
    topic_created: str | None = None
    album: str | None = None
    edited: int | None = None

    def to_json(self) -> Json:
        """Everything but the chat and the message replied to, which the world adds."""
        message: Json = {"message_id": self.id, "from": self.sender.to_json(), "date": self.date}
        message |= self._content()
        if self.keyboard:
            message["reply_markup"] = {"inline_keyboard": [list(row) for row in self.keyboard]}
        if self.quote is not None:
            position = {"position": 0, "is_manual": True}
            message["quote"] = {**_formatted(self.quote, "text", "entities"), **position}
        if self.topic is not None:
            message |= {"message_thread_id": self.topic, "is_topic_message": True}
        optional = {"media_group_id": self.album, "edit_date": self.edited}
        return message | {name: value for name, value in optional.items() if value is not None}

    def _content(self) -> Json:
        if self.topic_created is not None:
            topic = {"name": self.topic_created, "icon_color": 7322096}
            return {"forum_topic_created": topic}
        if self.file is None:
            return _formatted(self.content, "text", "entities")
        return self.file.in_message() | _formatted(self.content, "caption", "caption_entities")


def _formatted(content: Formatted, text: str, entities: str) -> Json:
    if not content.text:
        return {}
    fields: Json = {text: content.text}
    if content.entities:
        fields[entities] = [entity.to_json() for entity in content.entities]
    return fields
