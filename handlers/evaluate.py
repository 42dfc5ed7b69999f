"""/eval: a notebook cell in the person's own session."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from markupsafe import Markup
from telegram import Message, Update
from telegram.ext import ContextTypes

from engine.errors import CannotConfine
from engine.records import Event, Job, JobLimits, Outcome, Result
from handlers.reply import Reply, Turn, Turns, Working, cell_reply, clip, pre
from handlers.source import UnreadableDocument, mendable, read, read_document

SHOWN_UNITS: Final = 600  # of a cell that a button has sent

Whole = Callable[[Message, str], Awaitable[str]]


class Cells(Protocol):
    """What a cell needs of the pool."""

    async def run(
        self,
        job: Job,
        on_event: Callable[[Event], None] | None = None,
        stop: asyncio.Event | None = None,
    ) -> Result:
        """Run one job; raises `CannotConfine` where this host runs no user code."""

    def cells(self, owner: str) -> int:
        """How many cells of the session are remembered."""


async def evaluate(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    pool: Cells,
    limits: JobLimits,
    whole: Whole,
) -> None:
    """Run the cell that the command brings; without one, say how it is sent."""
    message = update.effective_message
    assert message is not None
    await answer_cell(turns.of(update), message, pool=pool, limits=limits, whole=whole)


async def answer_cell(
    turn: Turn, message: Message, *, pool: Cells, limits: JobLimits, whole: Whole
) -> None:
    """Run the cell that stands in a message or in its document."""
    source = read(message)
    # Code of its own outweighs a file that the message only replies to.
    document = source.document if message.document or not source.text.strip() else None
    try:
        code = await read_document(document) if document else source.text
    except UnreadableDocument as error:
        await turn.reply(Reply(turn.say(error.key, **error.values)))
        return
    if document is None:
        code = await whole(message, code)
    if not code.strip():
        await turn.reply(Reply(turn.say("eval.help")))
        return
    mend = document is None and source.plain and mendable(code)
    await _run(turn, code, pool, limits, mend=mend)


async def run_cell(turn: Turn, code: str, *, pool: Cells, limits: JobLimits) -> None:
    """Run a cell of ours for a button; the answer shows it as it would have been typed."""
    await _run(turn, code, pool, limits, typed=pre(f"/eval {clip(code, SHOWN_UNITS)}"))


async def _run(
    turn: Turn,
    code: str,
    pool: Cells,
    limits: JobLimits,
    *,
    mend: bool = False,
    typed: Markup | None = None,
) -> None:
    try:
        async with Working(turn) as working:
            if mend:
                code = await _mended(code, turn, pool, working)
            before = pool.cells(turn.owner)
            job = Job("cell.evaluate", {"source": code}, turn.owner)
            result = await pool.run(job, working.on_event, working.stop)
    except CannotConfine:
        await turn.reply(Reply(turn.say("eval.unconfined")))
        return
    cells = pool.cells(turn.owner) if not result.session_alive else before
    await turn.reply(cell_reply(result, turn.say, limits, cells, typed))


async def _mended(code: str, turn: Turn, pool: Cells, working: Working) -> str:
    job = Job("spelling.mend", {"text": code}, turn.owner)
    result = await pool.run(job, working.on_event, working.stop)
    text = result.data.get("text")
    return text if result.outcome is Outcome.OK and isinstance(text, str) else code
