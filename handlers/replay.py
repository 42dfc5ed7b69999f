"""The button that runs the remembered cells of a lost session again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from markupsafe import Markup
from telegram import Update
from telegram.ext import ContextTypes

from engine.errors import CannotConfine
from engine.records import CellReport, Event, Outcome, Result
from handlers.reply import Reply, Turn, Turns, Working, answered, code, one_line
from handlers.words import Say

NAMED: Final = 10


class Replays(Protocol):
    """What a replay needs of the pool."""

    async def replay(
        self,
        owner: str,
        on_event: Callable[[Event], None] | None = None,
        stop: asyncio.Event | None = None,
    ) -> list[Result]:
        """Run the remembered cells in a new session, until `stop` is set."""


async def press(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    pool: Replays,
    under_way: set[str],
) -> None:
    """Run the cells again and tell what came back; a second press meanwhile does nothing."""
    turn = turns.of(update)
    if turn.owner in under_way:  # it would begin by ending the session that just comes back
        await turn.acknowledge()
        return
    under_way.add(turn.owner)
    try:
        await turn.acknowledge()
        await turn.reply(Reply(await _replayed(turn, pool)))
    finally:
        under_way.remove(turn.owner)


async def _replayed(turn: Turn, pool: Replays) -> Markup:
    try:
        async with Working(turn) as working:
            results = await pool.replay(turn.owner, working.on_event, working.stop)
    except CannotConfine:
        return turn.say("eval.unconfined")
    return told(results, turn.say)


def told(results: Sequence[Result], say: Say) -> Markup:
    """How many cells ran to their end, and which did not."""
    if not results:
        return say("replay.nothing")
    fell = [(n, result) for n, result in enumerate(results, 1) if result.outcome != Outcome.OK]
    done = len(results) - len(fell)
    lines = [say.n("replay.done", done) if done else say("replay.none_done")]
    lines += [_fallen(number, result, say) for number, result in fell[:NAMED]]
    if len(fell) > NAMED:
        lines.append(say.n("replay.more", len(fell) - NAMED))
    return Markup("\n").join(lines)


def _fallen(number: int, result: Result, say: Say) -> Markup:
    if result.outcome is not Outcome.RAISED:
        return say("replay.stopped", number=number)
    report = answered(CellReport, result)
    if report is None or report.failure is None:
        return say("replay.stopped", number=number)
    return say("replay.raised", number=number, line=code(one_line(report.failure.line, 200)))
