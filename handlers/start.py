"""/start: one screen with three things to try; the way from a group to the whole answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from telegram import Update
from telegram.ext import ContextTypes

from handlers.reply import Button, Reply, Turn, Turns

EXAMPLES: Final = (
    ("start.try.tensor", "x = torch.arange(6).view(2, 3)\nx.T"),
    (
        "start.try.gradient",
        "w = torch.tensor([1., 2.], requires_grad=True)\n(w ** 2).sum().backward()\nw.grad",
    ),
    ("start.try.error", "torch.ones(2, 3) + torch.ones(2)"),
)

RunCell = Callable[[Turn, str], Awaitable[None]]


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns) -> None:
    """Greet; or, when a group's button led here, show the whole answer."""
    turn = turns.of(update)
    key = turn.rest
    if key and not turn.group:
        await turn.reply(_detail(turn, key))
        return
    buttons = tuple(
        Button(turn.say(label), "try", str(number)) for number, (label, _) in enumerate(EXAMPLES)
    )
    await turn.reply(Reply(turn.say("start"), short=turn.say("start.group"), buttons=buttons))


def _detail(turn: Turn, key: str) -> Reply:
    detail = turn.turns.details.get(key)
    if detail is None:
        return Reply(turn.say("group.forgotten"))
    if detail.author != turn.user.id:
        return Reply(turn.say("group.not_yours"))
    return detail.reply


async def press(
    update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns, run_cell: RunCell
) -> None:
    """Run the example of the button as if it had been typed."""
    turn = turns.of(update)
    assert turn.pressed is not None
    await turn.acknowledge()
    _, code = EXAMPLES[int(turn.pressed.rest)]
    await run_cell(turn, code)
