"""What nothing else answers: a command that does not exist, a sticker, a voice message."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from telegram import Update
from telegram.ext import ContextTypes

from handlers.reply import Reply, Turns, asked, clip


async def unknown_command(
    update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns, names: Sequence[str]
) -> None:
    """Name the nearest command."""
    turn = turns.of(update)
    command = asked(update)
    assert command is not None
    typed = clip(command.name, 40)
    near = difflib.get_close_matches(typed, names, n=1)
    if near:
        await turn.reply(Reply(turn.say("unknown.near", typed=typed, near=near[0])))
    else:
        await turn.reply(Reply(turn.say("unknown", typed=typed)))


async def not_text(update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns) -> None:
    """Say what can be read here."""
    turn = turns.of(update)
    await turn.reply(Reply(turn.say("unknown.not_text")))
