"""Requests are repeated only where that helps and does no harm."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.patience import ANSWER_TRIES, TRIES, Patience


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
    request: Request,
    tries: int | None = None,
    endpoint: str = "sendMessage",
    patience: Patience | None = None,
    chat: int = 1,
) -> Any:
    patience = patience or Patience(pause_s=0)
    return await patience.process_request(request, (), {}, endpoint, {"chat_id": chat}, tries)


def because(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


def timed_out(cause: Exception) -> TelegramError:
    return because(TimedOut(), cause)


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
    "error", [BadRequest("chat not found"), Forbidden("blocked"), InvalidToken("no")]
)
async def test_other_refusals_are_final(error: TelegramError) -> None:
    request = Request(error)

    with pytest.raises(type(error)):
        await patiently(request)
    assert request.made == 1


async def test_answer_that_may_have_arrived_is_made_once_more() -> None:
    request = Request(*[timed_out(httpx.ReadTimeout("")) for _ in range(9)])

    with pytest.raises(TimedOut):
        await patiently(request)
    assert request.made == 2


async def test_courtesy_that_may_have_arrived_is_final() -> None:
    request = Request(timed_out(httpx.ReadTimeout("")))

    with pytest.raises(TimedOut):
        await patiently(request, endpoint="answerCallbackQuery")
    assert request.made == 1


async def test_edit_that_timed_out_is_made_again() -> None:
    request = Request(timed_out(httpx.ReadTimeout("")))

    assert await patiently(request, endpoint="editMessageText") == "sent"


@pytest.mark.parametrize(
    "error",
    [
        because(NetworkError("httpx.ConnectError"), httpx.ConnectError("")),
        timed_out(httpx.ConnectTimeout("")),
        RetryAfter(0),
    ],
)
async def test_answer_waits_as_long_as_it_cannot_be_delivered(error: TelegramError) -> None:
    request = Request(*[error] * 99)

    assert await patiently(request) == "sent"


@pytest.mark.parametrize(
    ("endpoint", "tries"), [("sendMessage", ANSWER_TRIES), ("setMyCommands", TRIES)]
)
async def test_patience_with_a_failing_server_ends(endpoint: str, tries: int) -> None:
    request = Request(*[NetworkError("Bad Gateway")] * 99)

    with pytest.raises(NetworkError):
        await patiently(request, endpoint=endpoint)
    assert request.made == tries


async def test_what_is_no_answer_does_not_wait_long() -> None:
    request = Request(RetryAfter(3600))

    with pytest.raises(RetryAfter):
        await patiently(request, endpoint="setMyCommands")
    assert request.made == 1


async def test_silence_is_kept_in_the_chat_that_asked_for_it() -> None:
    patience, refused, next_one = Patience(pause_s=0), Request(RetryAfter(1)), Request()
    waiting = asyncio.create_task(patiently(refused, patience=patience))
    while not refused.made:  # noqa: ASYNC110  it tells nobody
        await asyncio.sleep(0)

    following = asyncio.create_task(patiently(next_one, patience=patience))
    assert await patiently(Request(), patience=patience, chat=2) == "sent"
    with pytest.raises(RetryAfter):  # a courtesy does not wait, nor does it break the silence
        await patiently(Request(), tries=1, patience=patience)

    assert (refused.made, next_one.made) == (1, 0)
    assert [await waiting, await following] == ["sent", "sent"]


@pytest.mark.parametrize(("endpoint", "tries"), [("sendMessage", 1), ("getMe", None)])
async def test_what_is_a_courtesy_or_asked_again_anyway_is_not_repeated(
    endpoint: str, tries: int | None
) -> None:
    request = Request(RetryAfter(0))

    with pytest.raises(RetryAfter):
        await patiently(request, tries, endpoint)
    assert request.made == 1


async def test_refused_courtesy_is_not_tried_again_before_its_time() -> None:
    """A progress line every few seconds would else prolong what Telegram has asked for."""
    patience, next_line = Patience(pause_s=0), Request()
    with pytest.raises(RetryAfter):
        await patiently(Request(RetryAfter(60)), tries=1, patience=patience)

    with pytest.raises(RetryAfter):
        await patiently(next_line, tries=1, patience=patience)
    assert next_line.made == 0
    assert await patiently(Request(), patience=patience) == "sent"  # an answer is worth a try
    assert await patiently(Request(), tries=1, patience=patience, chat=2) == "sent"


async def test_deleting_old_pictures_waits_for_a_silent_chat_as_the_answer_does() -> None:
    """It comes before the answer: refused, it would take the answer with it."""
    patience, deleting = Patience(pause_s=0), Request()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await patiently(Request(RetryAfter(3600)), patience=patience)

    waiting = asyncio.create_task(patiently(deleting, None, "deleteMessage", patience))
    await asyncio.wait([waiting], timeout=0.01)

    assert not waiting.done()
    assert deleting.made == 0
    waiting.cancel()


async def test_longer_silence_is_not_shortened_by_a_request_that_was_under_way() -> None:
    patience, later = Patience(pause_s=0), Request()
    tasks = [
        asyncio.create_task(patiently(Request(RetryAfter(seconds)), patience=patience))
        for seconds in (3600, 0)
    ]
    await asyncio.wait(tasks, timeout=0.01)

    tasks.append(asyncio.create_task(patiently(later, patience=patience)))
    await asyncio.wait(tasks, timeout=0.01)

    assert later.made == 0
    for task in tasks:
        task.cancel()
