"""An edit that changed nothing, a reaction for one, is no reason to answer again."""

from __future__ import annotations

from telegram import Update
from telegram.ext import ApplicationHandlerStop, ContextTypes

from handlers.reply import Turns, digest


async def skip_unchanged(
    update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns
) -> None:
    """Remember what the message says; stop an edit of it that says the same."""
    message = update.effective_message
    assert message is not None
    posted = turns.of(update).posted
    before, posted.said = posted.said, digest(message)
    if update.edited_message and posted.said == before and posted.answered:
        raise ApplicationHandlerStop
