"""A button answers its author and instructors only."""

from __future__ import annotations

import pytest

from bot.local.errors import ApiError
from engine.records import SessionStart
from handlers.reply import Button, Reply
from handlers.reply.record import Press, press
from tests.handlers.fake_pool import ok
from tests.handlers.talk import Talk, shown


async def test_others_are_told_whose_it_is(talk: Talk) -> None:
    await talk.say("/language", chat=talk.course)

    (call,) = await talk.press("English", by=talk.telegram.person("boris"))

    assert (call.method, call.text) == (
        "answerCallbackQuery",
        "Эта кнопка для того, кто отправил сообщение",
    )


async def test_instructor_acts_for_the_author(talk: Talk) -> None:
    talk.pool.remembered = 1
    talk.pool.results = [ok("1", session=SessionStart.LOST_DIED)]
    talk.pool.replayed = [ok()]
    await talk.say("/eval 1")

    (call,) = await talk.press("Вернуть", by=talk.telegram.person("teacher"))

    assert shown(call).startswith("Имена вернулись")


@pytest.mark.parametrize("data", ["", "old", "old:1", "old:x:1", "gone:{user}:1", "a:²:b"])
async def test_button_of_an_earlier_version_says_so(talk: Talk, data: str) -> None:
    await talk.say("/language")
    message, button = talk.button("English")
    told = {**button, "callback_data": data.format(user=talk.person.id)}

    talk.person.press(message, told)
    (call,) = await talk.handled()

    assert call.text == "Кнопка больше не действует, отправьте сообщение ещё раз"


def test_button_brings_back_what_it_was_given() -> None:
    assert press(str(Press("try", 12, "a:b"))) == Press("try", 12, "a:b")
    assert press(None) is None


def test_button_with_a_link_has_no_verb() -> None:
    assert Button("Подробнее", url="https://t.me/x").verb == ""
    assert Reply.__slots__


def refuse(talk: Talk, method: str) -> None:
    talk.telegram.faults.plan(method, ApiError(403, "Forbidden: not today"), 1)


async def test_stranger_is_kept_out_even_when_telegram_fails(talk: Talk) -> None:
    await talk.say("/language", chat=talk.course)
    refuse(talk, "answerCallbackQuery")

    assert await talk.press("English", by=talk.telegram.person("boris")) == []


async def test_press_that_cannot_be_acknowledged_still_acts(talk: Talk) -> None:
    await talk.say("/start")
    refuse(talk, "answerCallbackQuery")

    await talk.press("Градиент")

    assert len(talk.pool.jobs) == 1


@pytest.mark.parametrize("data", ["language:{user}:fr", "try:{user}:9", "try:{user}:x"])
async def test_choice_that_no_button_offers_says_so(talk: Talk, data: str) -> None:
    await talk.say("/language")
    message, button = talk.button("English")

    talk.person.press(message, {**button, "callback_data": data.format(user=talk.person.id)})
    (call,) = await talk.handled()

    assert call.text == "Кнопка больше не действует, отправьте сообщение ещё раз"
    assert len(await talk.say("/help")) == 1
