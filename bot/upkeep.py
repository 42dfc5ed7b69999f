"""What is done by the clock: what nobody asks for any more goes."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.config import Privacy
from bot.inbox.queue import Inbox
from engine.errors import DatabaseError
from engine.progress.keeping import Keeping

HOUR_S: Final = 3600.0

logger = logging.getLogger(__name__)


async def hourly(inbox: Inbox, keeping: Keeping, privacy: Privacy) -> None:
    """Clean up, now and every hour; what a disk refuses is tried again in the next."""
    while True:
        try:
            await clean(inbox, keeping, privacy, datetime.now(UTC))
        except DatabaseError as error:
            logger.error("cleaning up is put off", extra={"error": error})
        except Exception:  # whatever it was: the next hour may be kinder
            logger.exception("cleaning up failed")
        await asyncio.sleep(HOUR_S)


async def clean(inbox: Inbox, keeping: Keeping, privacy: Privacy, now: datetime) -> None:
    """Delete old updates and answers, and forget who was not seen for long."""
    await inbox.prune()
    before = now - timedelta(days=privacy.keep_days)
    if gone := await keeping.expire(before.timestamp(), keep_marks=privacy.keep_marks):
        logger.info("forgotten after long", extra={"people": gone})
