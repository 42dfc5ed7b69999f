"""Which command a message gives, and what stands behind it, exactly as Telegram sent it."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, Update
from telegram.constants import ChatType, MessageEntityType


@dataclass(frozen=True, slots=True)
class Asked:
    """A command to us: its name in small letters, and the rest of the message."""

    name: str
    rest: str
    named: bool  # our own name stands behind the command: /help@our_bot


def asked(update: Update) -> Asked | None:
    """The command of a new or edited message; None when there is none, or it is another bot's."""
    message = update.message or update.edited_message
    command = _command(message) if message else None
    if message is None or command is None:
        return None
    name, at, bot = command[1:].partition("@")
    if at and bot.lower() != message.get_bot().username.lower():
        return None
    text = message.text or message.caption or ""
    return Asked(name.lower(), text[len(command) :].strip(), bool(at))


def for_us(update: Update) -> bool:
    """Whether anything here is ours to answer: all in private, in a group only commands."""
    command, chat = asked(update), update.effective_chat
    return command is not None or (chat is not None and chat.type == ChatType.PRIVATE)


def _command(message: Message) -> str | None:
    entities = message.entities or message.caption_entities
    if not entities:
        return None
    first = entities[0]
    if first.type != MessageEntityType.BOT_COMMAND or first.offset:
        return None
    return (message.text or message.caption or "")[: first.length]  # commands are ASCII
