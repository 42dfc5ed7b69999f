"""What stands in a chat as our answer to somebody's message."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from telegram import Message, Update


@dataclass(slots=True)
class Posted:
    """Our messages that answer one message, and what that message said at the time.

    Under an `address` it is kept through a restart.
    """

    address: str = ""
    main: int | None = None
    extras: list[int] = field(default_factory=list)
    answered: bool = False  # `main` is the answer, no longer a progress line
    chosen: str = ""  # what a button chose to read the message as; empty: nothing yet
    failed: int | None = None  # the update in which we failed, and its person was told
    said: str = ""  # digest of the text that is answered
    said_in: int | None = None  # the update in which it said so first


def address(update: Update) -> str:
    """A key for what is answered: the message, or this one press of a button."""
    if update.callback_query:
        return f"press:{update.callback_query.id}"
    message = update.effective_message
    assert message is not None
    return address_of(message)


def address_of(message: Message) -> str:
    """A key for a message."""
    return f"{message.chat_id}:{message.message_id}"


def digest(message: Message) -> str:
    """A fingerprint of what a message says; it stays the same when only a reaction is added."""
    text = message.text or message.caption or ""
    marks = [(m.type, m.offset, m.length) for m in message.entities + message.caption_entities]
    file = message.document.file_unique_id if message.document else ""
    return hashlib.sha256(repr((text, marks, file)).encode("utf-8", "replace")).hexdigest()
