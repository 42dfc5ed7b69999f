"""/start: one screen with three things to try; the way from a group to the whole answer."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Final, Protocol

from markupsafe import Markup
from telegram import Bot, Update
from telegram.ext import ContextTypes

from engine.errors import DatabaseError
from engine.progress.records import Person
from handlers.reply import Button, Reply, Turn, Turns, stacked, who_you_are

log = logging.getLogger(__name__)

EXAMPLES: Final = (
    ("start.try.tensor", "x = torch.arange(6).view(2, 3)\nx.T"),
    (
        "start.try.gradient",
        "w = torch.tensor([1., 2.], requires_grad=True)\n(w ** 2).sum().backward()\nw.grad",
    ),
    ("start.try.error", "torch.ones(2, 3) + torch.ones(2)"),
)

RunCell = Callable[[Turn, str], Awaitable[None]]
ShowMenu = Callable[[int, Bot], Awaitable[None]]


class People(Protocol):
    """Who people are to the course."""

    async def person(self, id: int) -> Person | None:
        """What is known of a person."""


async def start(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    people: People,
    instructors: Collection[int],
    show_menu: ShowMenu,
) -> None:
    """Greet and ask who it is; or, when a group's button led here, show the whole answer."""
    turn = turns.of(update)
    key = turn.rest
    if key and not turn.group:
        await turn.reply(_detail(turn, key))
        return
    buttons = tuple(
        Button(turn.say(label), "try", str(number)) for number, (label, _) in enumerate(EXAMPLES)
    )
    ours = turn.user.id in instructors
    text = turn.say("start") if turn.group or ours else await _greeting(turn, people)
    await turn.reply(Reply(text, short=turn.say("start.group"), buttons=buttons))
    if ours and not turn.group:  # before they wrote to us, Telegram knew no chat to show it in
        await show_menu(turn.user.id, turn.bot)


async def _greeting(turn: Turn, people: People) -> Markup:
    """With the question who it is, or who it was; a disk that refuses silences nobody."""
    try:
        person = await people.person(turn.user.id)
    except DatabaseError as error:
        log.warning("greeted without a name: %s", error)
        return turn.say("start")
    return stacked([turn.say("start"), who_you_are(person, turn.say)])


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
