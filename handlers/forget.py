"""/forget: what is kept about a person is deleted, once they have read what that means."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from markupsafe import Markup
from telegram import Update
from telegram.ext import ContextTypes

from engine.progress.records import Forgotten, Holdings, Person
from engine.records import Json
from handlers.reply import Button, Kept, Reply, Retention, Turn, Turns
from handlers.words import Say


class People(Protocol):
    """Who people are to the course."""

    async def person(self, id: int) -> Person | None:
        """What is known of a person."""


class Keeping(Protocol):
    """What is kept for the course."""

    async def everything(self, person: int) -> dict[str, Json]:
        """Every row about a person."""

    async def holdings(self, person: int) -> Holdings:
        """How much that is."""

    async def forget(self, person: int, *, keep_marks: bool) -> Forgotten:
        """Delete it."""


class Messages(Protocol):
    """What is kept of messages and of where their answers stand."""

    async def forget(self, person: int) -> None:
        """Delete what concerns a person."""


Forgetting = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Stores:
    """Where a person is known; `memory` forgets what no disk keeps."""

    people: People
    keeping: Keeping
    memory: Forgetting
    messages: Messages


async def forget(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    stores: Stores,
    retention: Retention,
    now: Callable[[], datetime],
) -> None:
    """Say what would go and what would stay, and ask."""
    turn = turns.of(update)
    person = await stores.people.person(turn.user.id)
    held = await stores.keeping.holdings(turn.user.id)
    marks = await _marks(turn.user.id, stores.keeping, held) if retention.keep_marks else 0
    goes = Markup("\n").join(_goes(held, marks, turn.say))
    stays = _stays(turn.say, marks, person is not None and person.listed, retention, now())
    buttons = (
        Button(turn.say("forget.yes"), "forget", "yes"),
        Button(turn.say("forget.no"), "forget", "no"),
    )
    text = turn.say("forget.ask", goes=goes, stays=stays)
    await turn.reply(Reply(text, short=turn.say("forget.group"), buttons=buttons))


async def press(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    stores: Stores,
    retention: Retention,
    now: Callable[[], datetime],
    pressed: Kept[bool],
) -> None:
    """Delete it, or leave everything as it is; a second press of the same question does nothing."""
    turn, message = turns.of(update), update.effective_message
    assert turn.pressed is not None
    assert message is not None
    if turn.owner != str(turn.user.id):  # nobody else, an instructor neither
        await turn.acknowledge(turn.say("button.not_yours").unescape())
        return
    question = f"{turn.chat.id}:{message.message_id}"
    if pressed.get(question):
        await turn.acknowledge(turn.say("forget.answered").unescape())
        return
    pressed.put(question, True)
    try:
        reply = await _answered(turn, stores, retention, now)
    except BaseException:
        pressed.pop(question)
        raise
    await turn.acknowledge()
    turn.over_button()
    await turn.reply(reply)
    if reply.last:  # once more, since the answer has left a trace there too
        await stores.messages.forget(turn.user.id)


async def _answered(
    turn: Turn, stores: Stores, retention: Retention, now: Callable[[], datetime]
) -> Reply:
    if turn.pressed is None or turn.pressed.rest != "yes":
        return Reply(turn.say("forget.dropped"))
    person = await stores.people.person(turn.user.id)
    gone = await stores.keeping.forget(turn.user.id, keep_marks=retention.keep_marks)
    await stores.memory(turn.user.id)
    await stores.messages.forget(turn.user.id)  # before it is said: the answer may not arrive
    listed = person is not None and person.listed
    stays = _stays(turn.say, gone.marks, listed, retention, now())
    went = Markup("\n").join(_went(gone, turn.say))
    return Reply(turn.say("forget.done", went=went, stays=stays), last=True)


async def _marks(person: int, keeping: Keeping, held: Holdings) -> int:
    """How many submissions would stay as marks."""
    if not held.submissions:
        return 0
    rows = (await keeping.everything(person)).get("submissions")
    return sum(bool(row.get("judged")) for row in rows or ())


def _goes(held: Holdings, marks: int, say: Say) -> Iterator[Markup]:
    deleted = Holdings(held.submissions - marks, held.code, held.told, held.name and not marks)
    return _went(Forgotten(deleted, marks), say)


def _went(gone: Forgotten, say: Say) -> Iterator[Markup]:
    deleted, marks = gone.deleted, gone.marks
    yield say("forget.telegram")
    if deleted.name:
        yield say("forget.name")
    if deleted.submissions:
        key = "forget.unjudged" if marks else "forget.submissions"
        yield say.n(key, deleted.submissions)
    if marks and deleted.code:
        yield say.n("forget.code", deleted.code)
    if deleted.told:
        yield say.n("forget.told", deleted.told)


def _stays(say: Say, marks: int, listed: bool, retention: Retention, now: datetime) -> Markup:
    lines = [say.n("forget.marks", marks)] if marks else []
    lines += [say("forget.listed")] if listed else []
    if retention.copies_h:
        lines.append(say("forget.copies", date=retention.copies_until(now, say)))
    else:
        lines.append(say("forget.copies.by_hand"))
    return Markup("\n").join(lines)
