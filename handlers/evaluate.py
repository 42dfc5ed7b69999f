"""/eval: a notebook cell in the person's own session."""

from __future__ import annotations

from typing import Final

from telegram import Message, Update
from telegram.ext import ContextTypes

from engine.records import JobLimits
from handlers.reply import (
    Cells,
    Sent,
    Turn,
    Turns,
    Whole,
    cell_reply,
    clip,
    pre,
    run_code,
    run_sent,
)

SHOWN_UNITS: Final = 600  # of a cell that a button has sent


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
    ran = await run_sent(
        turn, message, "cell.evaluate", turn.say("eval.help"), pool=pool, whole=whole
    )
    if ran is not None:
        await turn.reply(cell_reply(ran.result, turn.say, limits, ran.cells))


async def run_cell(turn: Turn, code: str, *, pool: Cells, limits: JobLimits) -> None:
    """Run a cell of ours for a button; the answer shows it as it would have been typed."""
    ran = await run_code(turn, "cell.evaluate", Sent(code), pool)
    if ran is not None:
        typed = pre(f"/eval {clip(code, SHOWN_UNITS)}")
        await turn.reply(cell_reply(ran.result, turn.say, limits, ran.cells, typed))
