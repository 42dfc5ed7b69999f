"""Whose a button is: it answers the person it was made for, and instructors."""

from __future__ import annotations

from collections.abc import Collection

from telegram import Update
from telegram.ext import ApplicationHandlerStop, ContextTypes

from handlers.reply import Turns


async def author_only(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    instructors: Collection[int],
) -> None:
    """Let the author and instructors press; tell others whose the button is."""
    turn = turns.of(update)
    if turn.pressed is None:
        await turn.acknowledge(turn.say("button.out_of_date").unescape())
        raise ApplicationHandlerStop
    if turn.user.id != turn.pressed.author and turn.user.id not in instructors:
        await turn.acknowledge(turn.say("button.not_yours").unescape())
        raise ApplicationHandlerStop


async def out_of_date(update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns) -> None:
    """A button that means nothing any more."""
    turn = turns.of(update)
    await turn.acknowledge(turn.say("button.out_of_date").unescape())
