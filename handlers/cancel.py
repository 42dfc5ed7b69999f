"""The button that stops a running job."""

from __future__ import annotations

from telegram import Update
from telegram.ext import ContextTypes

from handlers.reply import Turns


def cancels(update: object) -> bool:
    """Whether the update presses such a button: a job waits for it."""
    query = update.callback_query if isinstance(update, Update) else None
    return query is not None and (query.data or "").startswith("cancel:")


async def press(update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns) -> None:
    """Stop the job of the button; its own turn then tells what became of it."""
    turn = turns.of(update)
    assert turn.pressed is not None
    stop = turns.running.get(turn.pressed.rest)
    if stop is None:
        await turn.acknowledge(turn.say("cancel.over").unescape())
        return
    stop.set()
    await turn.acknowledge(turn.say("cancel.done").unescape())
