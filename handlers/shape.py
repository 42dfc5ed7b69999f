"""/shape: shape and dtype of every expression of a cell, beside the person's own session."""

from __future__ import annotations

from telegram import Message, Update
from telegram.ext import ContextTypes

from engine.records import JobLimits
from handlers.reply import Cells, Turn, Turns, Whole, run_sent, shape_reply


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
    ran = await run_sent(
        turn, message, "shapes.trace", turn.say("shape.help"), pool=pool, whole=whole
    )
    if ran is not None:
        await turn.reply(shape_reply(ran.result, turn.say, limits, ran.cells))
