"""No more than so many commands a minute from one person."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from telegram import Update
from telegram.ext import ApplicationHandlerStop, ContextTypes

from handlers.reply import Kept, Reply, Turns, addressed

MINUTE_S = 60.0


@dataclass(slots=True)
class _Recent:
    times: deque[float] = field(default_factory=deque)
    told: bool = False


class Limit:
    """Counts what each person sent in the last minute."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._people: Kept[_Recent] = Kept(for_s=2 * MINUTE_S, clock=clock)

    def wait_s(self, person: str) -> float:
        """Seconds until this person may go on; 0 counts one more command."""
        now = self._clock()
        recent = self._people.get(person) or _Recent()
        while recent.times and now - recent.times[0] >= MINUTE_S:
            recent.times.popleft()
        if len(recent.times) >= self._per_minute:
            return recent.times[0] + MINUTE_S - now
        recent.times.append(now)
        recent.told = False
        self._people.put(person, recent)
        return 0.0

    def first_refusal(self, person: str) -> bool:
        """Whether the person has not been told yet; from now on they have."""
        recent = self._people.get(person)
        if recent is None or recent.told:
            return False
        recent.told = True
        return True


async def hold_back(
    update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns, limit: Limit
) -> None:
    """Answer the first command over the limit with the waiting time, the others with silence."""
    turn = turns.of(update)
    seconds = math.ceil(limit.wait_s(turn.owner))
    if not seconds:
        return
    words = turn.say("limit.wait", seconds=seconds)
    if update.callback_query:
        await turn.acknowledge(words.unescape())
    elif addressed(update) and limit.first_refusal(turn.owner):
        if turn.posted.answered:
            turn.anew()  # an edit that is not answered takes no answer away
        await turn.reply(Reply(words))
    raise ApplicationHandlerStop
