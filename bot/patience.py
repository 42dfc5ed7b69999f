"""What to do when Telegram refuses for now, or cannot be reached: wait, and try again."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, Final

import httpx
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import BaseRateLimiter

# The library's own switch: `retry_after` is a timedelta, without a warning each time.
os.environ["PTB_TIMEDELTA"] = "1"

log = logging.getLogger(__name__)

TRIES: Final = 6  # half a minute in all: a router's restart
ANSWER_TRIES: Final = 10  # of an answer that makes the server fail, perhaps: four minutes
LONGEST_S: Final = 60.0

Chat = int | str | None


class Patience(BaseRateLimiter[int]):
    """Repeats a request that was refused for now or never arrived; `rate_limit_args` tries at most.

    An answer waits for as long as there is no way to Telegram, or Telegram has asked for silence
    in its chat; all that is for this chat then waits with it. One that may have arrived is
    repeated once: an answer twice is a smaller harm than none.
    """

    def __init__(self, pause_s: float = 1.0) -> None:
        self._pause_s = pause_s
        self._silent_until: dict[Chat, float] = {}
        self._curt_until: dict[Chat, float] = {}  # an answer may pass, a courtesy has to wait

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
        chat: Chat = data.get("chat_id")
        patient = _is_answer(endpoint) and rate_limit_args is None
        tried = 0
        while True:
            tried += 1
            try:
                await self._silence(chat, patient)
                return await callback(*args, **kwargs)
            except (RetryAfter, NetworkError) as error:
                if tried >= _tries(endpoint, error, rate_limit_args):
                    self._note_refusal(chat, error)
                    raise
                pause_s = self._pause(chat, error, tried)
                if pause_s > LONGEST_S and not patient:
                    raise
                log.warning("%s: %s; again in %s s", endpoint, error, pause_s)
                await asyncio.sleep(pause_s)

    async def _silence(self, chat: Chat, patient: bool) -> None:
        """Wait until this chat may be written to; a courtesy does not wait."""
        left_s = _left_s(self._silent_until, chat)
        if patient:
            await asyncio.sleep(left_s)
        elif left_s := max(left_s, _left_s(self._curt_until, chat)):
            raise RetryAfter(timedelta(seconds=left_s))

    def _note_refusal(self, chat: Chat, error: TelegramError) -> None:
        """A courtesy a few seconds later would only prolong what Telegram has asked for."""
        if isinstance(error, RetryAfter) and chat is not None:
            self._curt_until[chat] = _now() + _seconds(error)

    def _pause(self, chat: Chat, error: TelegramError, tried: int) -> float:
        if not isinstance(error, RetryAfter):
            return min(self._pause_s * float(2 ** min(tried - 1, 10)), LONGEST_S)
        pause_s = _seconds(error)
        if chat is not None:
            until = self._silent_until.get(chat, 0.0)
            self._silent_until[chat] = max(until, _now() + pause_s)
        return pause_s


def _is_answer(endpoint: str) -> bool:
    """Whether somebody waits for it; to delete old pictures comes before a new answer."""
    return endpoint.startswith(("send", "edit", "deleteMessage")) and endpoint != "sendChatAction"


def _tries(endpoint: str, error: TelegramError, wanted: int | None) -> float:
    """How often to try at most where the last try has ended in this error."""
    if wanted is not None or endpoint == "getMe":
        return wanted or 1  # start and heartbeat ask who we are again by themselves
    if isinstance(error, TimedOut) and not _unsent(error):
        return TRIES if endpoint.startswith("edit") else 2 * _is_answer(endpoint)
    if not isinstance(error, RetryAfter | TimedOut) and type(error) is not NetworkError:
        return 0  # its other children are answers
    if not _is_answer(endpoint):
        return TRIES
    if isinstance(error, RetryAfter | TimedOut) or isinstance(error.__cause__, httpx.ConnectError):
        return float("inf")  # certainly not delivered
    return ANSWER_TRIES


def _unsent(error: TimedOut) -> bool:
    return isinstance(error.__cause__, httpx.ConnectTimeout | httpx.PoolTimeout)


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    assert isinstance(after, timedelta)
    return after.total_seconds()


def _left_s(until: dict[Chat, float], chat: Chat) -> float:
    left_s = until.get(chat, 0.0) - _now()
    if left_s <= 0:
        until.pop(chat, None)
    return max(left_s, 0.0)


def _now() -> float:
    return asyncio.get_running_loop().time()
