"""Who a person is to the course, as they are told, and how they may say it."""

from __future__ import annotations

from markupsafe import Markup
from telegram import Message, User

from engine.progress.records import Person, Seen
from handlers.source import replied_to
from handlers.words import LANGUAGES, Say, Words


def seen(user: User) -> Seen:
    """What Telegram says of a person."""
    return Seen(user.id, user.full_name, user.username)


def who(person: Person | None) -> str:
    """Name and group as people write them; empty when they are not known."""
    return ", ".join(filter(None, (person.name, person.group))) if person else ""


def who_you_are(person: Person | None, say: Say) -> Markup:
    """What the course knows of the person, and how to say it or to change it."""
    if person is None or not person.name:
        return say("introduce.ask", how=say("introduce.how"))
    if person.listed:
        return say("introduce.listed", who=who(person), how=say("introduce.how"))
    return say("introduce.known", who=who(person), how=say("introduce.how"))


def answers_question(message: Message, words: Words) -> bool:
    """Whether the message is a reply to one of ours that asks for a name."""
    asked = replied_to(message)
    if asked is None or asked.from_user is None or asked.from_user.id != message.get_bot().id:
        return False
    asks = (Markup(words(each)("introduce.how")).striptags() for each in LANGUAGES)
    said = " ".join((asked.text or "").split())
    return any(each in said for each in asks)
