"""When a handler fails, its person learns that it was us, and nobody else suffers."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, TelegramError, TimedOut

from engine.errors import WHAT_TO_DO, DatabaseError, Trouble
from engine.records import Event
from handlers.reply import Pace
from tests.handlers.talk import Talk, shown

SORRY = (
    "Это сбой бота, не ваш код. "
    "Отправьте сообщение ещё раз; если повторится, напишите преподавателю."
)


async def test_person_is_told_that_it_was_us(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    talk.pool.broken = RuntimeError("our bug")

    (call,) = await talk.say("/eval 1")

    assert shown(call) == SORRY
    (record,) = [record for record in caplog.records if record.name == "bot.errors"]
    assert record.exc_info is not None
    assert f"user {talk.person.id}" in record.getMessage()


async def test_next_message_is_answered(talk: Talk) -> None:
    talk.pool.broken = RuntimeError("our bug")
    await talk.say("/eval 1")
    talk.pool.broken = None

    (call,) = await talk.say("/eval 1")

    assert shown(call) == "42"


async def test_english_person_is_told_in_english(talk: Talk) -> None:
    talk.person = talk.telegram.person("john", "en")
    talk.pool.broken = RuntimeError("our bug")

    (call,) = await talk.say("/eval 1")

    assert shown(call).startswith("The bot failed here, not your code.")


async def test_answer_that_is_already_there_stays(talk: Talk) -> None:
    (question,) = talk.person.send("/eval 1")
    (answer,) = await talk.handled()
    talk.pool.broken = RuntimeError("our bug")

    talk.person.edit(question, "/eval 2")
    (call,) = await talk.handled()

    assert call.message_id != answer.message_id
    assert shown(call) == SORRY


async def test_person_is_told_of_each_message_once(talk: Talk) -> None:
    talk.pool.broken = RuntimeError("our bug")
    (question,) = talk.person.send("/eval 1")
    (first,) = await talk.updates()
    await asyncio.gather(*talk.handling([first]))
    await talk.application.process_error(first, RuntimeError("another one"))
    talk.person.edit(question, "/eval 2")
    await talk.handled()

    assert [shown(call) for call in talk.telegram.transcript.calls] == [SORRY, SORRY]


class TestProgress:
    @pytest.fixture
    def pace(self) -> Pace:
        return Pace(60, 60, 60)

    async def test_progress_line_over_an_earlier_answer_becomes_the_apology(
        self, talk: Talk
    ) -> None:
        (question,) = talk.person.send("/eval 1")
        (answer,) = await talk.handled()
        talk.pool.events = [Event("warming")]
        talk.pool.broken = RuntimeError("our bug")
        talk.pool.gate.clear()

        talk.person.edit(question, "/eval 2")
        handling = asyncio.create_task(talk.handled())
        await talk.told(2)
        talk.pool.gate.set()
        line, call = await handling

        assert answer.message_id == line.message_id == call.message_id
        assert shown(call) == SORRY

    async def test_progress_line_becomes_the_apology(self, talk: Talk) -> None:
        talk.pool.events = [Event("warming")]
        talk.pool.broken = RuntimeError("our bug")
        talk.pool.gate.clear()

        saying = asyncio.create_task(talk.say("/eval 1"))
        await talk.told(1)
        talk.pool.gate.set()
        line, call = await saying

        assert (call.method, call.message_id) == ("editMessageText", line.message_id)
        assert shown(call) == SORRY
        assert talk.labels() == []


@pytest.mark.parametrize("trouble", Trouble)
async def test_what_is_wrong_with_the_disk_is_told_in_words(
    talk: Talk, trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    talk.pool.broken = DatabaseError(trouble, Path("progress.db"), "SQLite's own words")

    (call,) = await talk.say("/eval 1")

    assert shown(call).startswith("Не получилось: ")
    assert "SQLite" not in shown(call)
    (record,) = [record for record in caplog.records if record.name == "bot.errors"]
    assert not record.exc_info
    assert WHAT_TO_DO[trouble] in record.getMessage()


@pytest.mark.parametrize(
    "error",
    [
        Forbidden("bot was blocked by the user"),
        TimedOut(),
        NetworkError("connection refused"),
        BadRequest("Message is not modified"),
        Conflict("terminated by other getUpdates request"),
    ],
)
async def test_weather_is_logged_without_an_apology(
    talk: Talk, error: TelegramError, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot.errors")
    talk.pool.broken = error

    assert await talk.say("/eval 1") == []

    (record,) = [record for record in caplog.records if record.name == "bot.errors"]
    assert not record.exc_info


async def test_refused_request_is_our_fault(talk: Talk) -> None:
    talk.pool.broken = BadRequest("can't parse entities")

    (call,) = await talk.say("/eval 1")

    assert shown(call) == SORRY


async def test_person_who_cannot_be_told_is_no_second_failure(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    talk.pool.broken = RuntimeError("our bug")
    talk.person.send("/eval 1")
    updates = await talk.updates()
    talk.person.block()

    for task in talk.handling(updates):
        await task

    assert "could not be told" in caplog.text


async def test_apology_that_telegram_does_not_take_is_made_after_the_next_start(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.patience.ANSWER_TRIES", 1)
    talk.pool.broken = RuntimeError("our bug")
    talk.telegram.provoke_500("sendMessage")
    talk.person.send("/eval 1")
    (update,) = await talk.updates()
    await talk.inbox.put(update)

    await asyncio.gather(*talk.handling([update]))

    assert talk.telegram.transcript.calls == []
    assert len((await talk.inbox.about(talk.person.id))["updates"]) == 1


async def test_failure_without_an_update_is_logged(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    await talk.application.process_error(None, RuntimeError("our bug"))

    assert "an update failed: NoneType" in caplog.text
