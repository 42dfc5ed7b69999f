"""/reset: the session is dropped, its names and remembered cells with it."""

from __future__ import annotations

from typing import Protocol

from telegram import Update
from telegram.ext import ContextTypes

from handlers.reply import Reply, Turns


class Sessions(Protocol):
    """What /reset needs of the pool."""

    def cells(self, owner: str) -> int:
        """How many cells of the session are remembered."""

    async def reset(self, owner: str) -> None:
        """Drop the session and forget its cells."""


async def reset(
    update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns, pool: Sessions
) -> None:
    """Drop the person's session."""
    turn = turns.of(update)
    cells = pool.cells(turn.owner)
    await pool.reset(turn.owner)
    words = turn.say.n("reset.done", cells) if cells else turn.say("reset.nothing")
    await turn.reply(Reply(words))
