"""What a line of `tutor ask` or of the terminal chat asks for: a message, or an act after !."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bot.local.entities import Json
from bot.local.message import Message


class BadAct(Exception):
    """The act cannot be done: why, for the command line and for the chat."""

    def __init__(self, english: str, russian: str) -> None:
        super().__init__(english)
        self.english = english
        self.russian = russian


@dataclass(frozen=True, slots=True)
class Say:
    text: str


@dataclass(frozen=True, slots=True)
class Press:
    label: str


@dataclass(frozen=True, slots=True)
class Tap:
    """A press of this very button; only a screen can ask for it."""

    message: Message
    button: Json


@dataclass(frozen=True, slots=True)
class Edit:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class As:
    name: str


@dataclass(frozen=True, slots=True)
class Upload:
    path: Path
    caption: str


Act = Say | Press | Tap | Edit | Reply | As | Upload

USAGE = "!press TEXT, !edit N TEXT, !reply N TEXT, !as NAME, !file PATH CAPTION"
_ACT = re.compile(r"!(\w+)\s*(.*)", re.DOTALL)
_NUMBERED = re.compile(r"(\d+)\s+(.+)", re.DOTALL)
_FILE = re.compile(r'(?:"([^"]+)"|(\S+))\s*(.*)', re.DOTALL)


def parse(line: str) -> Act:
    """The act that a line asks for; raises BadAct when it asks for none that there is."""
    if not line.startswith("!"):
        return Say(line)
    match = _ACT.fullmatch(line)
    name, rest = match.groups() if match else ("", "")
    if name == "press" and rest:
        return Press(rest)
    if name == "as" and rest.strip():
        return As(rest.strip())
    if name == "file" and (named := _FILE.fullmatch(rest)):
        return Upload(Path(named[1] or named[2]), named[3])
    if name in ("edit", "reply") and (numbered := _NUMBERED.fullmatch(rest)):
        kind = Edit if name == "edit" else Reply
        return kind(int(numbered[1]), numbered[2])
    first = line.splitlines()[0]
    raise BadAct(f"{first}: no such act; there are {USAGE}", f"нет такого действия; есть {USAGE}")
