"""Code that a message brings, and its run in the person's session, for all that run code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup
from telegram import Message

from engine.errors import CannotConfine
from engine.records import Data, Job, Outcome, Result
from handlers.reply.desk import Desks
from handlers.reply.record import Reply
from handlers.reply.turn import Turn
from handlers.reply.working import Working
from handlers.source import UnreadableDocument, mendable, read, read_document

Whole = Callable[[Message, str], Awaitable[str]]


class Cells(Desks, Protocol):
    """What code needs of the pool."""

    def cells(self, owner: str) -> int:
        """How many cells of the session are remembered."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Code as it was sent; `mend`: a phone may have changed its characters."""

    code: str
    mend: bool = False


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of code, and how many cells can be run again if its session was lost."""

    result: Result
    cells: int


async def run_sent(
    turn: Turn, message: Message, kind: str, manual: Markup, *, pool: Cells, whole: Whole
) -> Ran | None:
    """Run the code of a message as a job of that kind; None when it was not run, and that told.

    `manual` answers a message without code.
    """
    sent = await sent_code(turn, message, whole)
    if sent is None:
        return None
    if not sent.code.strip():
        await turn.reply(Reply(manual))
        return None
    return await run_code(turn, kind, sent, pool)


async def sent_code(turn: Turn, message: Message, whole: Whole) -> Sent | None:
    """The code in a message or in its document; None when that could not be read, and was told."""
    source = read(message)
    # Code of its own outweighs a file that the message only replies to.
    document = source.document if message.document or not source.text.strip() else None
    if document is None:
        code = await whole(message, source.text)
        return Sent(code, source.plain and mendable(code))
    try:
        return Sent(await read_document(document))
    except UnreadableDocument as error:
        await turn.reply(Reply(turn.say(error.key, **error.values)))
        return None


async def run_code(turn: Turn, kind: str, sent: Sent, pool: Cells) -> Ran | None:
    """Run it as a job of that kind; None where no user code is run, which was told."""
    return await _run(turn, kind, [sent], pool, lambda codes: {"source": codes[0]})


async def run_cells(turn: Turn, kind: str, cells: Sequence[Sent], pool: Cells) -> Ran | None:
    """Run several cells as one job of that kind; None as `run_code`."""
    return await _run(turn, kind, cells, pool, lambda codes: {"cells": codes})


async def _run(
    turn: Turn, kind: str, sent: Sequence[Sent], pool: Cells, data: Callable[[list[str]], Data]
) -> Ran | None:
    try:
        async with Working(turn) as working:
            codes = [
                await _mended(each.code, turn, pool, working) if each.mend else each.code
                for each in sent
            ]
            before = pool.cells(turn.owner)
            job = Job(kind, data(codes), turn.owner)
            result = await pool.run(job, working.on_event, working.stop)
    except CannotConfine:
        await turn.reply(Reply(turn.say("eval.unconfined")))
        return None
    if result.outcome is Outcome.STOPPED:
        turn.begin_anew()
    return Ran(result, before if result.session_alive else pool.cells(turn.owner))


async def _mended(code: str, turn: Turn, pool: Cells, working: Working) -> str:
    job = Job("spelling.mend", {"text": code}, turn.owner)
    result = await pool.run(job, working.on_event, working.stop)
    text = result.data.get("text")
    return text if result.outcome is Outcome.OK and isinstance(text, str) else code
