"""/language: named or by button."""

from __future__ import annotations

import pytest

from bot.app import build
from bot.config import Settings
from bot.inbox.queue import Inbox
from engine.progress.store import Progress
from tests.handlers.fake_pool import FakePool
from tests.handlers.talk import Talk, shown


@pytest.mark.parametrize(
    ("text", "answer"),
    [("/language en", "Answering in English."), ("/language RU", "Отвечаю по-русски.")],
)
async def test_named_language_is_spoken(talk: Talk, text: str, answer: str) -> None:
    (call,) = await talk.say(text)

    assert shown(call) == answer


async def test_buttons_offer_both(talk: Talk) -> None:
    (question,) = await talk.say("/language klingon")

    (call,) = await talk.press("English")

    assert (call.method, call.message_id) == ("editMessageText", question.message_id)
    assert shown(call) == "Answering in English."
    assert talk.labels() == []


async def test_choice_holds_for_what_follows(talk: Talk) -> None:
    await talk.say("/language en")

    (call,) = await talk.say("/reset")

    assert shown(call) == "The session is empty as it is."


async def test_choice_outlives_the_bot(
    talk: Talk, store: Progress, settings: Settings, inbox: Inbox
) -> None:
    await talk.say("/language en")

    address = {"token": talk.application.bot.token, "base_url": talk.telegram.base_url}
    account = settings.telegram.model_validate(address)
    again = settings.model_copy(update={"telegram": account})
    async with await build(again, FakePool(), inbox, store) as application:
        (call,) = await Talk(talk.telegram, application, FakePool(), talk.person).say("/reset")

    assert shown(call) == "The session is empty as it is."


@pytest.mark.parametrize("by_button", [False, True])
async def test_what_is_not_on_the_disk_is_not_called_chosen(
    talk: Talk, store: Progress, by_button: bool
) -> None:
    await talk.say("/language")
    await store.database.rows("PRAGMA query_only = ON")

    calls = await (talk.press("English") if by_button else talk.say("/language en"))

    assert shown(calls[-1]).startswith("Не получилось: база данных бота открыта только для чтения.")
    await store.database.rows("PRAGMA query_only = OFF")
    assert await store.people.languages() == {}
    (call,) = await talk.say("/reset")
    assert shown(call) == "Сеанс и так пуст."
