"""What nothing else answers: a command that does not exist, a sticker, a voice message."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from typing import Protocol

from telegram import Update
from telegram.ext import ContextTypes

from handlers.reply import Reply, Turns, asked, clip


class Command(Protocol):
    """What there is to know of a command that may have been meant."""

    @property
    def name(self) -> str:
        """As it is typed, without the slash."""

    @property
    def for_instructors(self) -> bool:
        """Whether it is for instructors alone."""


async def unknown_command(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    commands: Sequence[Command],
    instructors: Collection[int],
) -> None:
    """Name the nearest command of those that are for the person."""
    turn = turns.of(update)
    command = asked(update)
    assert command is not None
    typed = clip(command.name, 40)
    theirs = [c for c in commands if not c.for_instructors or turn.user.id in instructors]
    names = [command.name for command in theirs]
    near = difflib.get_close_matches(typed, names, n=1)
    if near:
        await turn.reply(Reply(turn.say("unknown.near", typed=typed, near=near[0])))
    else:
        await turn.reply(Reply(turn.say("unknown", typed=typed)))


async def not_text(update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns) -> None:
    """Say what can be read here."""
    turn = turns.of(update)
    await turn.reply(Reply(turn.say("unknown.not_text")))
