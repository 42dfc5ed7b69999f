"""Commands that only instructors may use; whose these are, config.toml says and no chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from telegram import Update
from telegram.ext import ContextTypes

from handlers.reply import Reply, Turns

Callback = Callable[[Update, ContextTypes.DEFAULT_TYPE], Awaitable[None]]


async def instructors_only(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    instructors: Collection[int],
    callback: Callback,
) -> None:
    """Let instructors pass; tell others whose the command is."""
    turn = turns.of(update)
    if turn.user.id in instructors:
        await callback(update, context)
    elif turn.pressed is not None:
        await turn.acknowledge(turn.say("role.instructors").unescape())
    else:
        await turn.reply(Reply(turn.say("role.instructors")))
