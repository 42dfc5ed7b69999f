"""An answer in its place: posted once, then edited, whatever Telegram says."""

from __future__ import annotations

import pytest
from markupsafe import Markup
from telegram.error import BadRequest

from bot.local.errors import ApiError
from handlers.reply import Document, Pace, Reply, Turn, Turns
from handlers.words import Tongues, Words
from tests.bot.local.pictures import png
from tests.handlers.talk import Talk, shown


async def a_turn(talk: Talk) -> Turn:
    talk.person.send("/eval 1")
    (update,) = await talk.updates()
    return Turns(Words(), Tongues(), Pace(), talk.inbox).of(update)


def refuse(talk: Talk, method: str, why: str) -> None:
    talk.telegram.faults.plan(method, ApiError(400, f"Bad Request: {why}"), 1)


async def test_second_reply_edits_the_first(talk: Talk) -> None:
    turn = await a_turn(talk)

    await turn.reply(Reply(Markup("one")))
    await turn.reply(Reply(Markup("two")))

    first, second = talk.telegram.transcript.calls
    assert (second.method, second.message_id) == ("editMessageText", first.message_id)


async def test_what_hung_below_the_first_is_replaced(talk: Talk) -> None:
    turn = await a_turn(talk)
    files = (Document("output.txt", b"1"),)

    await turn.reply(Reply(Markup("one"), pictures=(png(4, 3),), documents=files))
    await turn.reply(Reply(Markup("two")))

    methods = [call.method for call in talk.telegram.transcript.calls]
    assert methods == [
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "deleteMessage",
        "deleteMessage",
        "editMessageText",
    ]


async def test_what_was_sent_before_a_failure_is_replaced_too(talk: Talk) -> None:
    turn = await a_turn(talk)
    refuse(talk, "sendDocument", "not today")
    with pytest.raises(BadRequest, match="Not today"):
        await turn.reply(
            Reply(Markup("1"), pictures=(png(4, 3),), documents=(Document("output.txt", b"1"),))
        )

    await turn.reply(Reply(Markup("2")))

    assert "deleteMessage" in [call.method for call in talk.telegram.transcript.calls]


async def test_picture_that_somebody_deleted_is_no_failure(talk: Talk) -> None:
    turn = await a_turn(talk)
    await turn.reply(Reply(Markup("one"), pictures=(png(4, 3),)))
    refuse(talk, "deleteMessage", "message to delete not found")

    await turn.reply(Reply(Markup("two")))

    assert shown(talk.telegram.transcript.calls[-1]) == "two"


async def test_edit_refused_for_another_reason_is_our_failure(talk: Talk) -> None:
    turn = await a_turn(talk)
    await turn.reply(Reply(Markup("one")))
    refuse(talk, "editMessageText", "not enough rights")

    with pytest.raises(BadRequest, match="rights"):
        await turn.reply(Reply(Markup("two")))


async def test_button_pressed_long_ago_is_answered_all_the_same(talk: Talk) -> None:
    await talk.say("/start")
    refuse(talk, "answerCallbackQuery", "query is too old and response timeout expired")

    (call,) = await talk.press("Тензор")

    assert shown(call).endswith("42")


async def test_tricks_in_the_text_are_sent_spelled_out(talk: Talk) -> None:
    turn = await a_turn(talk)

    await turn.reply(Reply(Markup("a\u202eb\ud800\x00")))

    assert shown(talk.telegram.transcript.calls[-1]) == "a\\u202eb\\ud800"


async def test_forgotten_message_is_answered_anew(talk: Talk) -> None:
    turn = await a_turn(talk)
    await turn.reply(Reply(Markup("one")))
    turn.anew()

    await turn.reply(Reply(Markup("two")))

    assert [call.method for call in talk.telegram.transcript.calls] == ["sendMessage"] * 2
