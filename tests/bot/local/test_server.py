from __future__ import annotations

import subprocess
import sys

import httpx
import pytest
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, RetryAfter

from bot.local.person import Person
from bot.local.server import LocalTelegram
from bot.local.transcript import Refusal


async def test_bot_knows_itself(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.is_bot, me.username) == (True, "tensor_tutor_bot")


async def test_wrong_token_is_unauthorized(telegram: LocalTelegram) -> None:
    wrong = telegram.token[:-1] + ("a" if telegram.token[-1] != "a" else "b")
    with pytest.raises(InvalidToken):
        async with Bot(wrong, base_url=telegram.base_url):
            pass
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{telegram.base_url}{wrong}/getMe")
        file = await client.get(f"{telegram.base_file_url}{wrong}/documents/x")
    assert (answer.status_code, file.status_code) == (401, 401)
    assert answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_malformed_token_is_not_found(telegram: LocalTelegram) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{telegram.base_url}nonsense/getMe")
    assert answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_unknown_method_is_not_found(raw: httpx.AsyncClient) -> None:
    answer = await raw.post("sendPigeon")
    assert answer.status_code == 404
    assert answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_form_over_the_limit_is_refused(raw: httpx.AsyncClient) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = await raw.post("sendMessage", content=bytes(60_000_000), headers=form)
    assert answer.json()["description"] == "Request Entity Too Large"


async def test_unknown_file_is_not_found(telegram: LocalTelegram) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{telegram.base_file_url}{telegram.token}/documents/x")
    assert answer.status_code == 404


async def test_parameters_come_in_every_encoding(raw: httpx.AsyncClient, anna: Person) -> None:
    values = {"chat_id": str(anna.id), "text": "ж"}
    answers = [
        await raw.post("sendMessage", json={"chat_id": anna.id, "text": "ж", "parse_mode": None}),
        await raw.post("sendMessage", data=values),
        await raw.post("sendmessage", files={"x": b""}, data=values),
        await raw.get("SENDMESSAGE", params=values),
    ]
    assert [answer.json()["result"]["text"] for answer in answers] == ["ж"] * 4


@pytest.mark.parametrize("body", [b"{", b"[]", b'"\xff"'])
async def test_bad_json_is_refused(raw: httpx.AsyncClient, body: bytes) -> None:
    json = {"content-type": "application/json"}
    answer = await raw.post("sendMessage", content=body, headers=json)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("chat", "reason"), [("", "chat_id is empty"), ("@nobody", "chat not found")]
)
async def test_chat_must_be_named(raw: httpx.AsyncClient, chat: str, reason: str) -> None:
    answer = await raw.post("sendMessage", data={"chat_id": chat, "text": "x"})
    assert answer.json()["description"] == f"Bad Request: {reason}"


async def test_flood_is_provoked_as_often_as_asked(
    telegram: LocalTelegram, bot: Bot, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    telegram.provoke_429("sendMessage", retry_after=7, times=2)
    for _ in range(2):
        with pytest.raises(RetryAfter, match=r"Retry in 0:00:07"):
            await bot.send_message(anna.id, "x")
    assert await bot.send_message(anna.id, "x")


async def test_server_error_and_cut_connection_are_provoked(
    telegram: LocalTelegram, bot: Bot, anna: Person
) -> None:
    telegram.provoke_500("sendMessage")
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.send_message(anna.id, "x")
    telegram.provoke_drop("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(anna.id, "x")
    assert not telegram.transcript.calls
    assert await bot.send_message(anna.id, "x")


async def test_refusals_are_written_down_but_not_those_on_purpose(
    telegram: LocalTelegram, raw: httpx.AsyncClient, anna: Person
) -> None:
    telegram.provoke_500("sendMessage")
    for _ in range(2):
        await raw.post("sendMessage", data={"chat_id": str(anna.id)})
    reason = "Bad Request: message text is empty"
    assert telegram.transcript.refusals == [Refusal("sendMessage", reason)]


async def test_calls_are_written_down_as_sent(
    telegram: LocalTelegram, bot: Bot, anna: Person
) -> None:
    sent = await bot.send_message(anna.id, "<b>x</b> &lt;", parse_mode="HTML")
    await bot.send_chat_action(anna.id, "typing")
    await sent.edit_text("y")
    await sent.delete()
    told = [call.to_json() for call in telegram.transcript.calls]
    assert told[0] == {
        "method": "sendMessage",
        "chat_id": anna.id,
        "message_id": sent.message_id,
        "user": "anna",
        "text": "<b>x</b> &lt;",
        "buttons": [],
        "file": None,
        "reply_to": None,
    }
    assert [call["method"] for call in told] == [
        "sendMessage",
        "editMessageText",
        "deleteMessage",
    ]


def test_nothing_heavy_is_imported() -> None:
    heavy = "{'torch', 'numpy', 'matplotlib', 'sympy', 'IPython'}"
    program = (
        "import sys, bot.local; assert 'aiohttp' not in sys.modules;"
        "import bot.local.ask, bot.local.terminal;"
        f"assert not {heavy} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
