"""Who writes in the name of a chat or a channel has no session of their own."""

from __future__ import annotations

from telegram import Update
from telegram.ext import ApplicationHandlerStop, ContextTypes

from handlers.reply import Reply, Turns, addressed


async def turn_away(update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns) -> None:
    """Ask an anonymous administrator to write as a person; let a channel's posts be."""
    message = update.effective_message
    if message is None or message.sender_chat is None:
        return
    if not message.is_automatic_forward and addressed(update):
        turn = turns.of(update)
        await turn.reply(Reply(turn.say("anonymous")))
    raise ApplicationHandlerStop
