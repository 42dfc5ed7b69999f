"""/grad: a formula, its derivatives by three witnesses, and where each of them comes from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from telegram import Message, Update
from telegram.ext import ContextTypes

from engine.records import Gradient, GradientReport, from_data
from handlers.reply import (
    Button,
    Desks,
    Reply,
    Turn,
    Turns,
    Whole,
    at_desk,
    gradient_blocks,
    gradient_short,
    misread,
    one_line,
    pre,
    stacked,
)
from handlers.source import read
from handlers.words import Say

TEXT_UNITS: Final = 500
NAME_LETTERS: Final = 12  # a button carries 64 bytes

Draw = Callable[[Turn, Message], Awaitable[None]]


async def grad(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    pool: Desks,
    whole: Whole,
) -> None:
    """Differentiate the formula that the command brings; without any, say how it is written."""
    message = update.effective_message
    assert message is not None
    await answer(turns.of(update), message, pool=pool, whole=whole)


async def answer(turn: Turn, message: Message, *, pool: Desks, whole: Whole) -> None:
    """Differentiate the formula that stands in a message, or in the one that it answers."""
    text = await whole(message, read(message).text)
    if not text.strip():
        await turn.reply(Reply(turn.say("grad.help")))
        return
    turn.quotes = True  # the buttons find the formula by it
    result = await at_desk(turn, pool, "gradients.explain", text)
    if result is None:
        return
    report = from_data(GradientReport, result.data)
    if report.gradient is None:
        assert report.mistake is not None  # one of the two is always there
        await turn.reply(Reply(misread(report.mistake, turn.say)))
        return
    found, say = report.gradient, turn.say
    await turn.reply(
        Reply(
            stacked(gradient_blocks(found, say)),
            short=gradient_short(found, say),
            buttons=_buttons(found, say),
            pictures=result.blobs,
        )
    )


async def press_check(update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns) -> None:
    """Say how a derivative of one's own is checked, on the formula that was asked about."""
    turn = turns.of(update)
    assert turn.pressed is not None
    await turn.acknowledge()
    asked = turn.replied_to
    text = one_line(read(asked).text if asked else "", TEXT_UNITS)
    example = pre(f"/grad {text or '…'} check {turn.pressed.rest}: …")
    await turn.reply(Reply(turn.say("grad.check.how", example=example)))


async def press_graph(
    update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns, draw: Draw
) -> None:
    """Draw the graph of the formula that was asked about."""
    turn = turns.of(update)
    asked = turn.replied_to
    if asked is None:
        await turn.acknowledge(turn.say("talk.gone").unescape())
        return
    await turn.acknowledge()
    await draw(turn, asked)


def _buttons(found: Gradient, say: Say) -> tuple[Button, ...]:
    """A graph needs a point; there is something to check where nothing was."""
    buttons = [Button(say("grad.graph"), "graph")] if found.value else []
    if found.partials and not found.checks:
        buttons.append(Button(say("grad.check"), "check", found.partials[0].name[:NAME_LETTERS]))
    return tuple(buttons)
