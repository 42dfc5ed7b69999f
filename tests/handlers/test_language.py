"""/language: named or by button."""

from __future__ import annotations

import pytest

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
