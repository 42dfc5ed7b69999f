"""/roster: the course's list of students, and who of them writes to the bot."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup
from telegram import Bot, Message, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from engine.progress.records import Listed, Match, Matches
from engine.progress.roster_file import MOST_BYTES, RosterMistake, listed
from handlers.reply import Lists, Reply, Turn, Turns, Whole, digest_of, stacked, worded
from handlers.source import UnreadableDocument, fetched, read

_LISTING = re.compile(r"[,;\t\n]")  # "/roster help" is no list of one student

log = logging.getLogger(__name__)


class Rosters(Protocol):
    """The course's roster."""

    async def load(self, rows: Sequence[Listed]) -> Matches:
        """Replace the roster by these lines."""

    async def matches(self) -> Matches:
        """Who may be meant by which line."""

    async def confirm(self, matches: Sequence[Match]) -> int:
        """Link people to their lines; how many were."""

    async def counted(self) -> tuple[int, int]:
        """How many lines there are, and how many of them are linked."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Whose course it is; `chat` is the course's group, 0: none."""

    course: str
    instructors: Collection[int]
    chat: int


async def roster(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    rosters: Rosters,
    staff: Staff,
    whole: Whole,
) -> None:
    """Load the list that the message brings; without one, show how things stand."""
    turn, message = turns.of(update), update.effective_message
    assert message is not None
    if turn.group:  # names and groups of others
        await turn.reply(Reply(turn.say("roster.private")))
        return
    try:
        content = await _content(turn, message, whole)
        if content:
            matches, first = await _loaded(turn, rosters, content)
        else:
            matches, first = await rosters.matches(), None
    except UnreadableDocument as error:
        await _refuse(turn, turn.say(error.key, **error.values))
    except RosterMistake as error:
        await _refuse(turn, worded(turn.say, error.note.key, error.note.values))
    else:
        await turn.reply(await _state(turn, rosters, staff, matches, first))


async def press(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    rosters: Rosters,
    staff: Staff,
) -> None:
    """Confirm what the button's message shows; if that is no longer so, show how it is now."""
    turn = turns.of(update)
    assert turn.pressed is not None
    choice, _, seen = turn.pressed.rest.partition(":")
    chosen = Lists.of(await rosters.matches()).chosen(choice)
    if chosen and digest_of(chosen) == seen:
        first = turn.say.n("roster.confirmed", await rosters.confirm(chosen))
    else:
        first = turn.say("roster.changed")
    await turn.acknowledge()
    turn.over_button()
    await turn.reply(await _state(turn, rosters, staff, await rosters.matches(), first))


async def offer(update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns) -> None:
    """A table without a command: say how it becomes the roster."""
    turn = turns.of(update)
    await turn.reply(Reply(turn.say("roster.offer")))


async def _content(turn: Turn, message: Message, whole: Whole) -> bytes:
    """The list in the message's document, else below the command, else in the file replied to."""
    document = read(message).document
    if document and (message.document or not turn.rest):
        return await fetched(document, MOST_BYTES)
    text = await whole(message, turn.rest)
    return text.encode("utf-8", "replace") if _LISTING.search(text) else b""


async def _loaded(turn: Turn, rosters: Rosters, content: bytes) -> tuple[Matches, Markup | None]:
    """Load the list; who matches, and what is to be said of the loading."""
    rows = await asyncio.to_thread(listed, content)  # a file of a mebibyte may take seconds
    lines_before, before = await rosters.counted()
    matches = await rosters.load(rows)
    _, after = await rosters.counted()
    lines = [turn.say("roster.loaded")]
    lines += [turn.say.n("roster.replaced", lines_before)] if lines_before else []
    lines += [turn.say.n("roster.lost", before - after)] if after < before else []
    return matches, Markup("\n").join(lines)


async def _refuse(turn: Turn, why: Markup | None) -> None:
    blocks = [
        why or turn.say("roster.unreadable"),
        turn.say("roster.unchanged"),
        turn.say("roster.format"),
    ]
    await turn.reply(Reply(stacked(blocks)))


async def _state(
    turn: Turn, rosters: Rosters, staff: Staff, matches: Matches, first: Markup | None
) -> Reply:
    say, lists = turn.say, Lists.of(matches)
    lines, linked = await rosters.counted()
    if lines:
        head = say.n("roster.state", lines, course=staff.course, linked=linked)
    else:
        head = say("roster.none", course=staff.course)
    title = Markup("\n").join(filter(None, [first, head]))
    blocks = [title, *lists.blocks(say)]
    blocks += await _proposed(turn.bot, staff, turn)
    if first is None:
        blocks.append(say("roster.format"))
    return Reply(stacked(blocks), buttons=lists.buttons(say), documents=lists.documents(say))


async def _proposed(bot: Bot, staff: Staff, turn: Turn) -> list[Markup]:
    """Who administers the course's chat and is no instructor, with what to write into config."""
    if not staff.chat:
        return []
    try:
        found = await bot.get_chat_administrators(staff.chat)
    except TelegramError as error:
        log.warning("the course's chat tells no administrators: %s", error)
        return []
    others = [m.user for m in found if not m.user.is_bot and m.user.id not in staff.instructors]
    if not others:
        return []
    ids = ", ".join(map(str, [*staff.instructors, *(user.id for user in others)]))
    names = ", ".join(f"{user.full_name} ({user.id})" for user in others)
    return [turn.say("roster.administrators", names=names, line=f"instructors = [{ids}]")]
