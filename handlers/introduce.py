"""A name and a group, sent as an answer to our question or by themselves: who writes to the course.

Whatever may be code, a formula or an error is passed on to whoever answers those.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from telegram import Message, Update
from telegram.ext import ContextTypes

from engine.errors import CannotConfine
from engine.progress.introduction import Introduction, Slip, introduced, introduced_unasked
from engine.progress.records import Person, Seen
from engine.records import Job, Meaning, Outcome
from handlers.reply import Desks, Reply, Turn, Turns, answers_question, seen, who_you_are
from handlers.reply import who as shown
from handlers.source import read

CHOSEN: Final = "introduction"  # what a message was taken for: an edit of it is one too


class People(Protocol):
    """Where it is kept who people are."""

    async def meet(self, seen: Seen) -> None:
        """Keep who writes, if that is not kept yet."""

    async def person(self, id: int) -> Person | None:
        """What is known of a person."""

    async def introduce(self, id: int, name: str, group: str | None) -> None:
        """Keep who the person is to the course."""


Otherwise = Callable[[Update, ContextTypes.DEFAULT_TYPE], Awaitable[None]]


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
    elif (said := introduced_unasked(message.text)) is not None:
        await _answer_unasked(turn, people, said)
    elif await _may_be_a_name(turn, message.text, people):
        await turn.reply(Reply(turn.say("introduce.alone", how=turn.say("introduce.how"))))
    else:
        await otherwise(update, context)


async def _answer(turn: Turn, people: People, said: Introduction | Slip) -> None:
    turn.choose(CHOSEN)
    how = turn.say("introduce.how")
    if isinstance(said, Slip):
        why = turn.say(said.why.key, **said.why.values)
        await turn.reply(Reply(turn.say("introduce.refused", why=why, how=how)))
        return
    await people.meet(seen(turn.user))  # of somebody unknown nothing would be kept
    known = await people.person(turn.user.id)
    group = said.group or (known.group if known else None)
    await people.introduce(turn.user.id, said.name, group)
    if group:
        words = turn.say("introduce.done", who=f"{said.name}, {group}", how=how)
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


async def _may_be_a_name(turn: Turn, text: str, people: People) -> bool:
    """Whether capitalised words alone, which are no code, may name somebody unknown."""
    said = introduced(text)
    if isinstance(said, Slip) or said.group is not None:
        return False
    return not shown(await people.person(turn.user.id))


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
