"""Who somebody says they are: a name and a group as people write them in a chat."""

from __future__ import annotations

import keyword
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from engine.records import Note

NAME_MOST: Final = 100
GROUP_MOST: Final = 20
_MOST: Final = 200  # characters that are looked at

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?")
_GROUP = re.compile(r"[^\W_]+(?:[-/.][^\W_]+)*")
_SURE_GROUP = re.compile(r"(?<!\S)\d{5,}/\d{4,}(?!\S)")
_CALLED = re.compile(
    r"\b(?:из\s+|from\s+)?(?:групп[аеы]|гр\.?|group)\s*(?:№\s*)?(?=\S*\d)", re.IGNORECASE
)
_I_AM = re.compile(r"\s*(?:меня\s+зовут|я|my\s+name\s+is|i\s+am|i['’]m)\s+", re.IGNORECASE)
_SPACED = re.compile(r"(?<=\d)\s*/\s*(?=\d)")
_PARTING = re.compile(r"[,;\n]+")
_QUOTES: Final = str.maketrans("", "", '"«»“”„')


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who somebody says they are."""

    name: str
    group: str | None


@dataclass(frozen=True, slots=True)
class Slip:
    """Why a text names nobody; `certain` when it can be nothing else than a try."""

    why: Note
    certain: bool = False


def introduced(text: str) -> Introduction | Slip:
    """The name and the group in an answer to the question who one is, or why there are none.

    >>> introduced("иванова анна петровна, гр. 5030102/10201")
    Introduction(name='Иванова Анна Петровна', group='5030102/10201')
    >>> introduced("Анна Иванова")
    Introduction(name='Анна Иванова', group=None)
    >>> introduced("5030102/10201").why.key
    'mistake.name.only_group'
    """
    if len(text) > _MOST:
        return Slip(Note("mistake.name.long"))
    text = unicodedata.normalize("NFC", text).translate(_QUOTES)
    text = text[said.end() :] if (said := _I_AM.match(text)) else text
    text = _CALLED.sub("", _SPACED.sub("/", text))
    parts = _PARTING.sub(" ", text)
    words = [word for word in parts.split() if not _numbered(word)]
    groups = [word for word in parts.split() if _numbered(word)]
    why = _wrong_with(words, groups)
    if why is not None:
        return Slip(why, certain=bool(_SURE_GROUP.search(parts)))
    if not groups and not all(map(_capital, words)):
        return Slip(Note("mistake.name.no_group"))  # perhaps mere words: "thanks a lot"
    return Introduction(_capitalised(words), groups[0] if groups else None)


def introduced_unasked(text: str) -> Introduction | None:
    """The name and the group of a text that nobody asked for, when it can be nothing else.

    >>> introduced_unasked("Анна Иванова, 5030102/10201")
    Introduction(name='Анна Иванова', group='5030102/10201')
    >>> introduced_unasked("Анна Иванова"), introduced_unasked("import torch, x123")
    (None, None)
    """
    parts = [part.strip() for part in _PARTING.split(text.strip())]
    if len(parts) > 2 or any(map(keyword.iskeyword, parts[0].split())):
        return None
    said = introduced(text)
    if isinstance(said, Slip) or said.group is None:
        return None
    words = [word for part in parts for word in part.split() if not _numbered(word)]
    named, apart = all(map(_capital, words)), len(parts) == 2
    last = parts[-1].endswith(said.group)
    if _SURE_GROUP.fullmatch(said.group):
        first = named and parts[0].startswith(said.group)
        return said if first or (last and (named or apart)) else None
    plausible = last and named and apart and sum(map(str.isdigit, said.group)) >= 3
    return said if plausible else None


def _wrong_with(words: list[str], groups: list[str]) -> Note | None:
    if not words and len(groups) == 1:
        return Note("mistake.name.only_group")
    if len(groups) > 1 or not all(map(_WORD.fullmatch, words)):
        return Note("mistake.name.letters")
    if not 2 <= len(words) <= 4:
        return Note("mistake.name.words")
    if len(" ".join(words)) > NAME_MOST:
        return Note("mistake.name.long")
    if groups and (len(groups[0]) > GROUP_MOST or not _GROUP.fullmatch(groups[0])):
        return Note("mistake.name.group", {"most": GROUP_MOST})
    return None


def _numbered(word: str) -> bool:
    return any(map(str.isdigit, word))


def _capital(word: str) -> bool:
    return word[0].isupper()


def _capitalised(words: list[str]) -> str:
    """The name as people write it: a phone's small letters are made large."""
    small = all(word.islower() for word in words)
    return " ".join(word[:1].upper() + word[1:] if small else word for word in words)
