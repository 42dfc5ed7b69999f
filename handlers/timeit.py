"""/timeit: how long a cell takes in the person's own session, or which of two is faster."""

from __future__ import annotations

from typing import Final

from telegram import Message, Update
from telegram.ext import ContextTypes

from engine.records import JobLimits
from handlers.reply import (
    Cells,
    Reply,
    Sent,
    Turn,
    Turns,
    Whole,
    run_cells,
    sent_code,
    timing_reply,
)
from handlers.source import cells, mendable

MOST: Final = 2


async def timeit(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    pool: Cells,
    limits: JobLimits,
    whole: Whole,
) -> None:
    """Time the code that the command brings; without any, say how it is sent."""
    message = update.effective_message
    assert message is not None
    await answer(turns.of(update), message, pool=pool, limits=limits, whole=whole)


async def answer(
    turn: Turn, message: Message, *, pool: Cells, limits: JobLimits, whole: Whole
) -> None:
    """Time the one or two cells that stand in a message or in its document."""
    sent = await sent_code(turn, message, whole)
    if sent is None:
        return
    parts = cells(sent.code)
    if not parts:
        await turn.reply(Reply(turn.say("timeit.help")))
    elif len(parts) > MOST:
        await turn.reply(Reply(turn.say("timeit.many", count=len(parts))))
    else:
        apart = [Sent(part, sent.mend and mendable(part)) for part in parts]
        ran = await run_cells(turn, "timing.measure", apart, pool)
        if ran is not None:
            await turn.reply(timing_reply(ran.result, turn.say, limits, ran.cells))
