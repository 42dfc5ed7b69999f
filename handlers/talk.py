"""Text or a .py file without a command, in private: perhaps a cell that lacks its /eval."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from telegram import Message, Update
from telegram.ext import ContextTypes

from handlers.reply import Button, Reply, Turn, Turns

AnswerCell = Callable[[Turn, Message], Awaitable[None]]


async def talk(update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns) -> None:
    """Say how a cell is sent, and offer to run this message as one."""
    turn = turns.of(update)
    button = Button(turn.say("talk.run"), "cell")
    await turn.reply(Reply(turn.say("talk"), buttons=(button,), quotes=True))


async def press(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    answer_cell: AnswerCell,
) -> None:
    """Run the message that our offer answers."""
    turn = turns.of(update)
    offer = update.effective_message
    if offer is None or offer.reply_to_message is None:
        await turn.acknowledge(turn.say("talk.gone").unescape())
        return
    await turn.acknowledge()
    await answer_cell(turn, offer.reply_to_message)
