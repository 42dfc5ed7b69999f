"""What to do when Telegram asks us to wait: wait, and try again."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, Final

import httpx
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.ext import BaseRateLimiter

# The library's own switch: `retry_after` is a timedelta, without a warning each time.
os.environ["PTB_TIMEDELTA"] = "1"

log = logging.getLogger(__name__)

TRIES: Final = 6  # half a minute in all: a router's restart
LONGEST_S: Final = 60.0


class Patience(BaseRateLimiter[int]):
    """Repeats a request that was refused for now or never arrived; `rate_limit_args` tries at most.

    One that may have arrived is repeated only if it edits: nobody wants two answers.
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
        # Start and heartbeat ask who we are again by themselves, and tell when it fails.
        tries = 1 if endpoint == "getMe" else rate_limit_args or TRIES
        for repeated in range(tries - 1):
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                await self._wait(endpoint, _seconds(error), error)
            except NetworkError as error:
                if not _may_be_repeated(endpoint, error):
                    raise
                await self._wait(endpoint, self._pause_s * 2**repeated, error)
        return await callback(*args, **kwargs)

    async def _wait(self, endpoint: str, seconds: float, error: Exception) -> None:
        if seconds > LONGEST_S:
            raise error
        log.warning("%s: %s; again in %s s", endpoint, error, seconds)
        await asyncio.sleep(seconds)


def _may_be_repeated(endpoint: str, error: NetworkError) -> bool:
    if not isinstance(error, TimedOut):
        return type(error) is NetworkError  # its other children are answers
    unsent = isinstance(error.__cause__, httpx.ConnectTimeout | httpx.PoolTimeout)
    return unsent or endpoint.startswith("edit")


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    assert isinstance(after, timedelta)
    return after.total_seconds()
