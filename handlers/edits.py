"""An edit that changed nothing, a reaction for one, is no reason to answer again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from telegram import Message, Update
from telegram.ext import ApplicationHandlerStop, ContextTypes

from handlers.reply import Posted, Turns, digest

EDITABLE: Final = timedelta(days=2)


async def skip_unchanged(
    update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns
) -> None:
    """Remember what the message says; stop an edit of it that says the same.

    Not one that a crash brings back: that it has been seen does not mean that it was answered.
    People can edit for two days; what comes later, of a message we no longer know, is no edit.
    """
    message = update.effective_message
    assert message is not None
    posted, said = turns.of(update).posted, digest(message)
    seen = posted.said == said and posted.said_in != update.update_id
    if update.edited_message and ((seen and posted.answered) or _too_old(message, posted)):
        raise ApplicationHandlerStop
    posted.said, posted.said_in = said, update.update_id


def _too_old(message: Message, posted: Posted) -> bool:
    return not posted.said and datetime.now(UTC) - message.date > EDITABLE
