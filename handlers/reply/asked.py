"""Which command a message gives, and what stands behind it, exactly as Telegram sent it."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, Update
from telegram.constants import ChatType, MessageEntityType

from handlers.source import mentions_us, replied_to


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


def addressed(update: Update) -> bool:
    """Whether we are certainly meant: all in private, in a group a command or our name."""
    message, chat = update.message or update.edited_message, update.effective_chat
    if asked(update) is not None or (chat is not None and chat.type == ChatType.PRIVATE):
        return True
    return message is not None and _command(message) is None and mentions_us(message)


def for_us(update: Update) -> bool:
    """Whether anything here may be ours to answer.

    In a group a text in reply to a message of ours may be a question, or mere thanks.
    """
    message = update.message or update.edited_message
    return addressed(update) or (message is not None and _answers_us(message))


def _answers_us(message: Message) -> bool:
    replied = replied_to(message)
    if replied is None or replied.from_user is None or _command(message) is not None:
        return False
    return bool(message.text) and replied.from_user.id == message.get_bot().id


def _command(message: Message) -> str | None:
    entities = message.entities or message.caption_entities
    if not entities:
        return None
    first = entities[0]
    if first.type != MessageEntityType.BOT_COMMAND or first.offset:
        return None
    return (message.text or message.caption or "")[: first.length]  # commands are ASCII
