"""/language: Russian or English."""

from __future__ import annotations

from telegram import Update
from telegram.ext import ContextTypes

from handlers.reply import Button, Reply, Turn, Turns
from handlers.words import LANGUAGES


async def language(update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns) -> None:
    """Choose the language that is named; without one, offer them by button."""
    turn = turns.of(update)
    if turn.rest.lower() in LANGUAGES:
        await turn.reply(await _chosen(turn, turn.rest.lower()))
        return
    buttons = tuple(
        Button(turns.words(name)("language.name"), "language", name) for name in LANGUAGES
    )
    await turn.reply(Reply(turn.say("language.ask"), buttons=buttons))


async def press(update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns) -> None:
    """Choose the language of the button."""
    turn = turns.of(update)
    assert turn.pressed is not None
    await turn.acknowledge()
    chosen = await _chosen(turn, turn.pressed.rest)
    turn.over_button()
    await turn.reply(chosen)


async def _chosen(turn: Turn, name: str) -> Reply:
    await turn.turns.tongues.choose(turn.user.id, name)
    return Reply(turn.turns.words(name)("language.chosen"))
