"""A name and a group, sent as an answer to our question or by themselves: who writes to the course.

Whatever may be code, a formula or an error is passed on to whoever answers those.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from telegram import Message, Update
from telegram.ext import ContextTypes

from engine.errors import CannotConfine
from engine.progress.records import Person, Seen
from engine.records import Job, Meaning, Outcome
from handlers.reply import Desks, Reply, Turn, Turns, answers_question, seen, who_you_are
from handlers.reply import who as shown
from handlers.source import read

NAME_MOST: Final = 100
GROUP_MOST: Final = 20
CHOSEN: Final = "introduction"  # what a message was taken for: an edit of it is one too

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?")
_GROUP = re.compile(r"(?=.*\d)[^\W_]+(?:[-/.][^\W_]+)*")
_SURE_GROUP = re.compile(r"(?<!\S)\d{5,}/\d{4,}(?!\S)")
_CALLED = re.compile(r"\b(?:группа|гр\.?|group)\s*(?:№\s*)?(?=\S*\d)", re.IGNORECASE)
_SPACED = re.compile(r"(?<=\d)\s*/\s*(?=\d)")
_PARTING = re.compile(r"[,;\n]+")


class People(Protocol):
    """Where it is kept who people are."""

    async def meet(self, seen: Seen) -> None:
        """Keep who writes, if that is not kept yet."""

    async def person(self, id: int) -> Person | None:
        """What is known of a person."""

    async def introduce(self, id: int, name: str, group: str | None) -> None:
        """Keep who the person is to the course."""


Otherwise = Callable[[Update, ContextTypes.DEFAULT_TYPE], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who somebody says they are."""

    name: str
    group: str | None


@dataclass(frozen=True, slots=True)
class Slip:
    """Why a text names nobody, as a key; `certain` when it can be nothing else than a try."""

    why: str
    certain: bool = False


async def introduce(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    people: People,
    pool: Desks,
    otherwise: Otherwise,
) -> None:
    """Keep the name and the group that the message brings; if it brings none, pass it on."""
    turn, message = turns.of(update), update.effective_message
    assert message is not None
    if turn.group or not message.text or message.forward_origin:
        await otherwise(update, context)
        return
    again = bool(update.edited_message) and turn.posted.chosen == CHOSEN
    if again or answers_question(message, turns.words):
        answer = introduced(message.text)
        if isinstance(answer, Slip) and await _is_other(turn, message, answer, people, pool):
            await otherwise(update, context)
        else:
            await _answer(turn, people, answer)
    elif (said := by_itself(message.text)) is not None:
        await _answer_unasked(turn, people, said)
    else:
        await otherwise(update, context)


async def _answer(turn: Turn, people: People, said: Introduction | Slip) -> None:
    turn.choose(CHOSEN)
    how = turn.say("introduce.how")
    if isinstance(said, Slip):
        await turn.reply(Reply(turn.say("introduce.refused", why=turn.say(said.why), how=how)))
        return
    await people.meet(seen(turn.user))
    await people.introduce(turn.user.id, said.name, said.group)
    if said.group:
        words = turn.say("introduce.done", who=f"{said.name}, {said.group}", how=how)
    else:
        words = turn.say("introduce.done.no_group", who=said.name, how=how)
    await turn.reply(Reply(words))


async def _answer_unasked(turn: Turn, people: People, said: Introduction) -> None:
    """Keep it if nothing was known; who is known must say so in answer to our question."""
    known = await people.person(turn.user.id)
    if known is not None and shown(known):
        turn.choose(CHOSEN)
        await turn.reply(Reply(who_you_are(known, turn.say)))
    else:
        await _answer(turn, people, said)


async def _is_other(turn: Turn, message: Message, slip: Slip, people: People, pool: Desks) -> bool:
    """Whether the message means something else: code, a formula, or mere words of who is known."""
    if slip.certain:
        return False
    return bool(shown(await people.person(turn.user.id))) or await _is_more(turn, message, pool)


async def _is_more(turn: Turn, message: Message, pool: Desks) -> bool:
    job = Job("talk.understand", {"text": read(message).text, "mendable": False}, turn.owner)
    try:
        result = await pool.run(job)
    except CannotConfine:
        return False
    return result.outcome is not Outcome.OK or result.data.get("meaning") != Meaning.WORDS


def introduced(text: str) -> Introduction | Slip:
    """The name and the group in an answer to our question, or why there are none.

    >>> introduced("иванова анна петровна, гр. 5030102/10201")
    Introduction(name='Иванова Анна Петровна', group='5030102/10201')
    >>> introduced("Анна Иванова")
    Introduction(name='Анна Иванова', group=None)
    >>> introduced("5030102/10201")
    Slip(why='introduce.why.only_group', certain=True)
    """
    text = _CALLED.sub("", _SPACED.sub("/", unicodedata.normalize("NFC", text))).strip()
    certain = bool(_SURE_GROUP.search(text.replace(",", " ").replace(";", " ")))
    if len(text) > NAME_MOST + GROUP_MOST:
        return Slip("introduce.why.long", certain)
    words, groups = _parted(text)
    why = _wrong_with(words, groups)
    if why is not None:
        return Slip(why, certain)
    if not groups and not all(word[0].isupper() for word in words):
        return Slip("introduce.why.no_group")  # perhaps mere words: "thanks a lot"
    return Introduction(_capitalised(words), groups[0] if groups else None)


def by_itself(text: str) -> Introduction | None:
    """The name and the group of a text that nobody asked for, when it can be nothing else.

    >>> by_itself("Анна Иванова, 5030102/10201")
    Introduction(name='Анна Иванова', group='5030102/10201')
    >>> by_itself("Анна Иванова"), by_itself("import torch, x123"), by_itself("градиент xy, 100")
    (None, None, None)
    """
    parts = [part.strip() for part in _PARTING.split(text.strip())]
    if len(parts) != 2 or any(map(keyword.iskeyword, parts[0].split())):
        return None
    said = introduced(text)
    if isinstance(said, Slip) or said.group is None or not parts[1].endswith(said.group):
        return None
    sure = bool(_SURE_GROUP.fullmatch(said.group))
    capital = all(word[0].isupper() for word in parts[0].split())
    return said if sure or (capital and sum(map(str.isdigit, said.group)) >= 3) else None


def _parted(text: str) -> tuple[list[str], list[str]]:
    """The words of a name, and those with digits, which are groups."""
    words = _PARTING.sub(" ", text).split()
    numbered = [any(map(str.isdigit, word)) for word in words]
    name = [word for word, has_digits in zip(words, numbered, strict=True) if not has_digits]
    return name, [word for word, has_digits in zip(words, numbered, strict=True) if has_digits]


def _wrong_with(words: list[str], groups: list[str]) -> str | None:
    if not words and len(groups) == 1:
        return "introduce.why.only_group"
    if len(groups) > 1 or not all(map(_WORD.fullmatch, words)):
        return "introduce.why.letters"
    if not 2 <= len(words) <= 4:
        return "introduce.why.words"
    if len(" ".join(words)) > NAME_MOST:
        return "introduce.why.long"
    if groups and (len(groups[0]) > GROUP_MOST or not _GROUP.fullmatch(groups[0])):
        return "introduce.why.group"
    return None


def _capitalised(words: list[str]) -> str:
    """The name as people write it; a phone's small letters are made large, particles stay."""
    small = all(word.islower() for word in words)
    return " ".join(word[:1].upper() + word[1:] if small else word for word in words)
