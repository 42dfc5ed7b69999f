"""Who writes to us is known to the course before they are answered."""

from __future__ import annotations

import logging
from typing import Protocol

from telegram import Update
from telegram.ext import ContextTypes

from engine.errors import DatabaseError
from engine.progress.records import Seen
from handlers.reply import seen

log = logging.getLogger(__name__)


class People(Protocol):
    """Where people are kept."""

    async def meet(self, seen: Seen) -> None:
        """Keep who writes."""


async def meet(update: Update, context: ContextTypes.DEFAULT_TYPE, *, people: People) -> None:
    """Keep who writes; a disk that refuses is no reason to leave them without an answer."""
    user = update.effective_user
    if user is None:
        return
    try:
        await people.meet(seen(user))
    except DatabaseError as error:
        log.warning("not kept who writes: %s", error)
