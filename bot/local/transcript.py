"""What the bot has shown, call by call."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.local.entities import Json
from bot.local.message import File, Keyboard


@dataclass(frozen=True, slots=True)
class Call:
    """A Bot API call that carries content and was carried out; text and caption as sent."""

    method: str
    chat_id: int | None
    message_id: int | None
    user: str | None
    text: str | None = None
    caption: str | None = None
    keyboard: Keyboard = ()
    file: File | None = None
    file_name: str | None = None
    reply_to: int | None = None

    def to_json(self) -> Json:
        call: Json = {
            "method": self.method,
            "chat_id": self.chat_id,
            "message_id": self.message_id,
            "user": self.user,
        }
        if self.text is not None:
            call["text"] = self.text
        if self.caption is not None:
            call["caption"] = self.caption
        call["buttons"] = labels(self.keyboard)
        return {**call, "file": self.file_name, "reply_to": self.reply_to}


@dataclass(frozen=True, slots=True)
class Signal:
    """A chat action or a reaction: something seen that is no content."""

    method: str
    chat_id: int
    value: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A Bot API call that was refused, and why."""

    method: str
    description: str


@dataclass(slots=True)
class Transcript:
    calls: list[Call] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def name(self, file: File) -> str:
        """The name a file is saved under, the same each time; numbered in order of arrival."""
        known = self.names.get(file.id)
        if known is None:
            known = self.names[file.id] = f"{len(self.names) + 1:02d}-{file.name}"
        return known


def labels(keyboard: Keyboard) -> list[list[str]]:
    return [[button["text"] for button in row] for row in keyboard]
