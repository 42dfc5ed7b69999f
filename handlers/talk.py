"""Text or a .py file without a command: understood at a desk, and answered as what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from telegram import Message, Update
from telegram.ext import ContextTypes

from engine.errors import CannotConfine
from engine.records import Job, Meaning, Meant, Outcome, from_data
from handlers.reply import Button, Desks, Reply, Taken, Turn, Turns, Whole, addressed
from handlers.source import mendable, read

VERB: Final = "read"  # of the buttons that choose another reading


class Answer(Protocol):
    """Answers a message as one meaning of it; `whole` gives its text for that meaning."""

    async def __call__(self, turn: Turn, message: Message, *, whole: Whole) -> None:
        """Answer it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a message: who answers it, and the keys of our words for it."""

    answer: Answer
    taken: str  # last line of the answer: what the message was taken for
    choice: str  # button of an answer that took it for something else


Readings = Mapping[Meaning, Reading]


@dataclass(frozen=True, slots=True)
class _Understood:
    """A text that is known already, for those who ask for the whole of it."""

    text: str

    async def whole(self, message: Message, text: str) -> str:
        return self.text


async def talk(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    pool: Desks,
    readings: Readings,
    whole: Whole,
    late: Callable[[Message], bool],
) -> None:
    """Answer the message as what it most likely is.

    In a group mere words, and what may be such, are answered only behind our name.
    """
    turn, message = turns.of(update), update.effective_message
    assert message is not None
    turn.choose("")
    if message.document:
        await turn.reply(Reply(turn.say("talk.file"), buttons=_run_button(turn), quotes=True))
        return
    text = await whole(message, read(message).text)
    try:
        meant = await _understood(turn, message, text, pool)
    except CannotConfine:
        if addressed(update):
            await turn.reply(Reply(turn.say("desk.unconfined")))
        return
    if not (meant.clear or addressed(update) or turn.posted.answered):
        return
    if meant.meaning in readings:
        runs = meant.meaning is Meaning.CODE
        if runs and late(message):  # not in a burst, when nobody waits any more
            await turn.reply(Reply(turn.say("talk.late"), buttons=_run_button(turn), quotes=True))
        else:
            await _answer(turn, message, meant.meaning, meant, meant.text, readings)
    else:
        await turn.reply(_words(turn, meant))


async def press(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    pool: Desks,
    readings: Readings,
    whole: Whole,
) -> None:
    """Answer the message once more, in place, as the person chose to read it."""
    turn = turns.of(update)
    assert turn.pressed is not None
    message = turn.replied_to
    if message is None:
        await turn.acknowledge(turn.say("talk.gone").unescape())
        return
    await turn.acknowledge()
    turn.instead(message)
    chosen = Meaning(turn.pressed.rest)
    if turn.posted.chosen == chosen:  # code must not run twice for a hasty finger
        return
    turn.choose(chosen)
    if message.document:
        await readings[chosen].answer(turn, message, whole=whole)
        return
    text = await whole(message, read(message).text)
    try:
        meant = await _understood(turn, message, text, pool)
    except CannotConfine:
        meant = Meant(chosen, text, ())  # whoever answers will say why it cannot
    chosen_text = meant.text if chosen is meant.meaning else text
    await _answer(turn, message, chosen, meant, chosen_text, readings)


async def _understood(turn: Turn, message: Message, text: str, pool: Desks) -> Meant:
    """What the text may be; while every desk is busy, words that may be run as a cell."""
    data = {"text": text, "mendable": read(message).plain and mendable(text)}
    result = await pool.run(Job("talk.understand", data, turn.owner))
    if result.outcome is Outcome.OK:
        return from_data(Meant, result.data)
    return Meant(Meaning.WORDS, text, (Meaning.CODE,), clear=False)


async def _answer(
    turn: Turn, message: Message, chosen: Meaning, meant: Meant, text: str, readings: Readings
) -> None:
    others = [
        each for each in (meant.meaning, *meant.others) if each in readings and each != chosen
    ]
    buttons = [Button(turn.say(readings[each].choice), VERB, each) for each in others]
    turn.taken = Taken(turn.say(readings[chosen].taken), tuple(buttons))
    await readings[chosen].answer(turn, message, whole=_Understood(text).whole)


def _words(turn: Turn, meant: Meant) -> Reply:
    words = "talk.words.group" if turn.group else "talk.words"
    buttons = _run_button(turn) if Meaning.CODE in meant.others and not turn.group else ()
    return Reply(turn.say(words), buttons=buttons, quotes=bool(buttons))


def _run_button(turn: Turn) -> tuple[Button, ...]:
    return (Button(turn.say("talk.run"), VERB, Meaning.CODE),)
