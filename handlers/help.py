"""/help: what there is, and how each command is used."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from markupsafe import Markup
from telegram import Update
from telegram.ext import ContextTypes

from handlers.reply import Reply, Turns
from handlers.words import Say


class Command(Protocol):
    """What /help needs to know of a command."""

    @property
    def name(self) -> str:
        """As it is typed, without the slash."""

    @property
    def brief(self) -> str:
        """Key of its one line."""

    @property
    def manual(self) -> str:
        """Key of its page."""

    @property
    def for_instructors(self) -> bool:
        """Whether it is for instructors alone."""


async def show_help(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    commands: Sequence[Command],
    instructors: Collection[int],
) -> None:
    """List the commands that are for the person, or tell of the one that is named."""
    turn = turns.of(update)
    topic = turn.rest.lstrip("/").lower()
    theirs = [c for c in commands if not c.for_instructors or turn.user.id in instructors]
    found = [command for command in theirs if command.name == topic]
    if found:
        await turn.reply(Reply(turn.say(found[0].manual)))
    else:
        await turn.reply(Reply(_overview(theirs, turn.say), short=turn.say("help.group")))


def _overview(commands: Sequence[Command], say: Say) -> Markup:
    lines = [Markup("/{} — {}").format(c.name, say(c.brief)) for c in commands]
    return say("help", commands=Markup("\n").join(lines))
