"""Requests are repeated only where that helps and does no harm."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.patience import TRIES, Patience


class Request:
    """A request that fails with each of the errors in turn, then succeeds."""

    def __init__(self, *errors: TelegramError) -> None:
        self.errors = list(errors)
        self.made = 0

    async def __call__(self, *args: Any, **kwargs: Any) -> str:
        self.made += 1
        if self.errors:
            raise self.errors.pop(0)
        return "sent"


async def patiently(
    request: Request, tries: int | None = None, endpoint: str = "sendMessage"
) -> Any:
    return await Patience(pause_s=0).process_request(request, (), {}, endpoint, {}, tries)


def timed_out(cause: Exception) -> TimedOut:
    error = TimedOut()
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        RetryAfter(0),
        NetworkError("connection refused"),
        timed_out(httpx.ConnectTimeout("")),
        timed_out(httpx.PoolTimeout("")),
    ],
)
async def test_request_is_made_again(error: TelegramError) -> None:
    request = Request(error, error)

    assert await patiently(request) == "sent"
    assert request.made == 3


@pytest.mark.parametrize(
    "error",
    [
        timed_out(httpx.ReadTimeout("")),
        BadRequest("chat not found"),
        Forbidden("blocked"),
        RetryAfter(3600),
    ],
)
async def test_other_refusals_are_final(error: TelegramError) -> None:
    request = Request(error)

    with pytest.raises(type(error)):
        await patiently(request)
    assert request.made == 1


async def test_edit_that_timed_out_is_made_again() -> None:
    request = Request(timed_out(httpx.ReadTimeout("")))

    assert await patiently(request, endpoint="editMessageText") == "sent"


async def test_patience_ends() -> None:
    request = Request(*[NetworkError("down")] * 9)

    with pytest.raises(NetworkError):
        await patiently(request)
    assert request.made == TRIES


@pytest.mark.parametrize(("endpoint", "tries"), [("sendMessage", 1), ("getMe", None)])
async def test_what_is_a_courtesy_or_asked_again_anyway_is_not_repeated(
    endpoint: str, tries: int | None
) -> None:
    request = Request(RetryAfter(0))

    with pytest.raises(RetryAfter):
        await patiently(request, tries, endpoint)
    assert request.made == 1
