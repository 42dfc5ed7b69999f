"""/language: Russian or English."""

from __future__ import annotations

from typing import Protocol

from telegram import Update
from telegram.ext import ContextTypes

from engine.progress.records import Seen
from handlers.reply import Button, Reply, Turn, Turns, seen
from handlers.words import LANGUAGES


class People(Protocol):
    """Where people are kept."""

    async def meet(self, seen: Seen) -> None:
        """Keep who writes, if that is not kept yet."""


async def language(
    update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns, people: People
) -> None:
    """Choose the language that is named; without one, offer them by button."""
    turn = turns.of(update)
    if turn.rest.lower() in LANGUAGES:
        await turn.reply(await _chosen(turn, turn.rest.lower(), people))
        return
    buttons = tuple(
        Button(turns.words(name)("language.name"), "language", name) for name in LANGUAGES
    )
    await turn.reply(Reply(turn.say("language.ask"), buttons=buttons))


async def press(
    update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns, people: People
) -> None:
    """Choose the language of the button."""
    turn = turns.of(update)
    assert turn.pressed is not None
    await turn.acknowledge()
    chosen = await _chosen(turn, turn.pressed.rest, people)
    turn.over_button()
    await turn.reply(chosen)


async def _chosen(turn: Turn, name: str, people: People) -> Reply:
    await people.meet(seen(turn.user))  # of somebody unknown nothing else would be kept
    await turn.turns.tongues.choose(turn.user.id, name)
    return Reply(turn.turns.words(name)("language.chosen"))
