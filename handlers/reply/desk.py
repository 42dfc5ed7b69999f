"""A job on a user's text: asked for, waited for, and answered for when nothing comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from engine.errors import CannotConfine
from engine.records import Event, Job, Outcome, Result
from handlers.reply.record import Reply
from handlers.reply.turn import Turn
from handlers.reply.working import Working

UNDONE: Final = {
    Outcome.BUSY: "desk.busy",
    Outcome.STOPPED: "desk.stopped",
    Outcome.CANCELLED: "desk.cancelled",
}
# Of work whose amount the person's formula decides: what is too much of it is no fault of ours.
TOO_MUCH: Final = {
    **UNDONE,
    Outcome.TIMEOUT: "desk.too_long",
    Outcome.MEMORY: "desk.too_large",
}


class Desks(Protocol):
    """What a job at a desk needs of the pool."""

    async def run(
        self,
        job: Job,
        on_event: Callable[[Event], None] | None = None,
        stop: asyncio.Event | None = None,
    ) -> Result:
        """Run one job; raises `CannotConfine` where this host runs none."""


async def at_desk(turn: Turn, pool: Desks, kind: str, text: str) -> Result | None:
    """What the job makes of the text; None when it made nothing and that has been said."""
    return await done_at_desk(turn, pool, Job(kind, {"text": text}, turn.owner))


async def done_at_desk(
    turn: Turn, pool: Desks, job: Job, undone: Mapping[Outcome, str] = UNDONE
) -> Result | None:
    """What becomes of the job; None when nothing did and that has been said."""
    try:
        async with Working(turn) as working:
            result = await pool.run(job, working.on_event, working.stop)
    except CannotConfine:
        await turn.reply(Reply(turn.say("desk.unconfined")))
        return None
    if result.outcome is Outcome.OK:
        return result
    if result.outcome is Outcome.STOPPED:
        turn.begin_anew()
    await turn.reply(Reply(turn.say(undone.get(result.outcome, "fault"))))
    return None
