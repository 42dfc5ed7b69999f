"""A file from Telegram, over a line that may fail."""

from __future__ import annotations

import asyncio
import logging

from telegram import File
from telegram.error import BadRequest, NetworkError

PAUSES_S = (1.0, 2.0, 4.0, 8.0, 16.0)  # the same patience as with a request

log = logging.getLogger(__name__)


async def downloaded(file: File) -> bytes:
    """What is in the file; raises what the last of several tries raised."""
    for pause_s in PAUSES_S:
        try:
            return bytes(await file.download_as_bytearray())
        except BadRequest:  # an answer, though the library counts it as weather
            raise
        except NetworkError as error:
            log.warning("a file did not come: %s; again in %s s", error, pause_s)
            await asyncio.sleep(pause_s)
    return bytes(await file.download_as_bytearray())
