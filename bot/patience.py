"""What to do when Telegram asks us to wait: wait, and try again."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, Final

from telegram.error import NetworkError, RetryAfter
from telegram.ext import BaseRateLimiter

# The library's own switch: `retry_after` is a timedelta, without a warning each time.
os.environ["PTB_TIMEDELTA"] = "1"

log = logging.getLogger(__name__)

TRIES: Final = 4
LONGEST_S: Final = 60.0


class Patience(BaseRateLimiter[int]):
    """Repeats a request that was refused for now or never arrived; `rate_limit_args` tries at most.

    A request that timed out is not repeated: it may have arrived, and nobody wants two answers.
    """

    def __init__(self, pause_s: float = 1.0) -> None:
        self._pause_s = pause_s

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Make the request, again where that may help; raises what the last try raised."""
        for _ in range((rate_limit_args or TRIES) - 1):
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                await self._wait(endpoint, _seconds(error), error)
            except NetworkError as error:
                if type(error) is not NetworkError:  # its children are answers, or may be
                    raise
                await self._wait(endpoint, self._pause_s, error)
        return await callback(*args, **kwargs)

    async def _wait(self, endpoint: str, seconds: float, error: Exception) -> None:
        if seconds > LONGEST_S:
            raise error
        log.warning("%s: %s; again in %s s", endpoint, error, seconds)
        await asyncio.sleep(seconds)


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    assert isinstance(after, timedelta)
    return after.total_seconds()
