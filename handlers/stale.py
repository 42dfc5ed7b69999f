"""Cells that were sent while the bot was away: one question instead of a burst of answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from telegram import Message, Update
from telegram.ext import ApplicationHandlerStop, ContextTypes

from handlers.reply import Button, Kept, Reply, Turn, Turns, Whole, asked
from handlers.source import read

MOST = 100
RUN = ("eval", "shape", "timeit")  # commands that run code
QUIET_S = 1.0  # so long after the last late cell the question is asked


class AnswerCell(Protocol):
    """Runs the cell of a message whose text `whole` completes."""

    async def __call__(self, turn: Turn, message: Message, *, whole: Whole) -> None:
        """Run it and answer."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Late:
    """A late cell; `text` is all of it, its continuations have long arrived."""

    command: str
    update: Update
    message: Message
    text: str

    async def complete(self, message: Message, text: str) -> str:
        """What `Pieces.whole` would have said had we been here."""
        return self.text


@dataclass(slots=True)
class _Pile:
    """One person's late cells in one chat, by message id: an edit replaces its original."""

    cells: dict[int, Late] = field(default_factory=dict)
    more: list[Update] = field(default_factory=list)  # over `MOST`: their turn comes afterwards
    asking: bool = False


class Backlog:
    """Late cells until their author decides about them."""

    def __init__(
        self,
        after_s: float,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._after_s = after_s
        self._now = now
        self._piles: Kept[_Pile] = Kept()

    def late(self, update: object) -> bool:
        """Whether this is a cell that waited too long to be run unasked."""
        if not isinstance(update, Update):
            return False
        message, command = update.effective_message, asked(update)
        if message is None or command is None or command.name not in RUN:
            return False
        return self.waited(message)

    def waited(self, message: Message) -> bool:
        """Whether the message waited too long for code in it to be run unasked."""
        sent = message.edit_date or message.date
        return (self._now() - sent).total_seconds() > self._after_s

    def replaced(self, message: Message, owner: str) -> Late | None:
        """The message as it was before its edit, which is then no longer kept."""
        pile = self._piles.get(f"{message.chat_id}:{owner}")
        return pile.cells.pop(message.message_id, None) if pile else None

    async def collect(self, cell: Late, owner: str) -> int:
        """Keep the cell; the number kept, once no more arrive, to whoever has to ask."""
        key = f"{cell.message.chat_id}:{owner}"
        pile = self._pile(key)
        if len(pile.cells) < MOST:
            pile.cells[cell.message.message_id] = cell
        else:
            pile.more.append(cell.update)
        if pile.asking:
            return 0
        pile.asking = True
        count = 0
        while count != len(pile.cells):
            count = len(pile.cells)
            await asyncio.sleep(QUIET_S)
        pile.asking = False
        # A press on an earlier question may have taken them meanwhile.
        return count if self._piles.get(key) is pile else 0

    def take(self, chat_id: int, owner: str) -> tuple[list[Late], list[Update]]:
        """The person's late cells in the order they were sent, and those not yet looked at.

        They are forgotten here.
        """
        pile = self._piles.pop(f"{chat_id}:{owner}") or _Pile()
        return [cell for _, cell in sorted(pile.cells.items())], pile.more

    def forget(self, person: int) -> None:
        """Forget the person's late cells, in every chat."""
        self._piles.forget(lambda key, _: key.endswith(f":{person}"))

    def _pile(self, key: str) -> _Pile:
        pile = self._piles.get(key) or _Pile()
        self._piles.put(key, pile)
        return pile


async def ask_first(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    backlog: Backlog,
    whole: Whole,
) -> None:
    """Collect a late cell instead of running it; ask once about all of them.

    An edit, late or not, takes the place of what the message was before.
    """
    message, command = update.effective_message, asked(update)
    if message is None:
        return
    turn = turns.of(update)
    if command is None or not backlog.late(update):
        await _replace(message, turn, backlog)
        return
    turns.journal.hold(update.update_id)  # until its author has decided
    text = await whole(message, read(message).text)
    await _replace(message, turn, backlog)
    count = await backlog.collect(Late(command.name, update, message, text), turn.owner)
    if count:
        turn.anew()  # the place of the cell's own answer stays free
        buttons = (
            Button(turn.say("stale.run"), "stale", "run"),
            Button(turn.say("stale.drop"), "stale", "drop"),
        )
        await turn.reply(Reply(turn.say.n("stale.ask", count), buttons=buttons))
    raise ApplicationHandlerStop


async def press(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    backlog: Backlog,
    answers: Mapping[str, AnswerCell],
) -> None:
    """Run the late cells one after another, each as its command does, or forget them."""
    turn = turns.of(update)
    assert turn.pressed is not None
    cells, more = backlog.take(turn.chat.id, turn.owner)
    if not cells:
        await turn.acknowledge(turn.say("stale.none").unescape())
        return
    await turn.acknowledge()
    turn.over_button()
    if turn.pressed.rest != "run":
        for dropped in [*(late.update for late in cells), *more]:
            await _settle(dropped, turns)
        await turn.reply(Reply(turn.say("stale.dropped")))
        return
    await turn.reply(Reply(turn.say.n("stale.running", len(cells))))
    for late in cells:
        turns.journal.release(late.update.update_id)
        try:
            answer = answers[late.command]
            await answer(turns.of(late.update), late.message, whole=late.complete)
        except Exception as error:  # one that fails must not take the others with it
            await context.application.process_error(late.update, error)
        await turns.journal.done(late.update.update_id)
    for next_one in more:
        context.application.update_queue.put_nowait(next_one)


async def _replace(message: Message, turn: Turn, backlog: Backlog) -> None:
    before = backlog.replaced(message, turn.owner)
    if before is not None and before.update is not turn.update:
        await _settle(before.update, turn.turns)


async def _settle(update: Update, turns: Turns) -> None:
    """The cell will not be run: it need not come back."""
    turns.journal.release(update.update_id)
    await turns.journal.done(update.update_id)
