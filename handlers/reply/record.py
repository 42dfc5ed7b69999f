"""What a reply is made of, before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from engine.records import Note


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a reply: pressing it brings `verb` and `rest` back, or opens `url`."""

    label: str
    verb: str = ""
    rest: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file sent below a reply."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: HTML that fits a message, its buttons a row each, pictures and files below.

    `short` is all that a group sees; without it a group sees the reply as it is. Of the engine's
    `notes` only corrections of the seminar's text are shown, in private and each once. Below the
    `last` answer to somebody who wants to be forgotten nothing is said of what will be kept.
    """

    text: Markup
    short: Markup | None = None
    buttons: tuple[Button, ...] = ()
    pictures: tuple[bytes, ...] = ()
    documents: tuple[Document, ...] = ()
    quotes: bool = False  # shown as a reply to the message, in private too
    notes: tuple[Note, ...] = ()
    last: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What a message without a command was taken for, and the ways to choose otherwise."""

    line: Markup
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Press:
    """What a pressed button brings back; `author` is the person it was made for."""

    verb: str
    author: int
    rest: str

    def __str__(self) -> str:
        return f"{self.verb}:{self.author}:{self.rest}"


def press(data: str | None) -> Press | None:
    """Read a button's data; None when it is not one of ours."""
    verb, _, tail = (data or "").partition(":")
    author, colon, rest = tail.partition(":")
    return Press(verb, int(author), rest) if colon and author.isdecimal() else None
