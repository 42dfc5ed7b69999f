"""/shape: shape and dtype of every expression of a cell, beside the person's own session."""

from __future__ import annotations

from telegram import Message, Update
from telegram.ext import ContextTypes

from engine.records import JobLimits
from handlers.reply import (
    Cells,
    Reply,
    Turn,
    Turns,
    Whole,
    run_code,
    sent_code,
    shape_reply,
)


async def shape(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    pool: Cells,
    limits: JobLimits,
    whole: Whole,
) -> None:
    """Trace the code that the command brings; without any, say how it is sent."""
    message = update.effective_message
    assert message is not None
    await answer(turns.of(update), message, pool=pool, limits=limits, whole=whole)


async def answer(
    turn: Turn, message: Message, *, pool: Cells, limits: JobLimits, whole: Whole
) -> None:
    """Trace the code that stands in a message or in its document."""
    sent = await sent_code(turn, message, whole)
    if sent is None:
        return
    if not sent.code.strip():
        await turn.reply(Reply(turn.say("shape.help")))
        return
    ran = await run_code(turn, "shapes.trace", sent, pool)
    if ran is not None:
        await turn.reply(shape_reply(ran.result, turn.say, limits, ran.cells))
