"""What is kept is told once, below the first answer in private, and never instead of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from markupsafe import Markup

from bot.app import build
from bot.config import Privacy, Settings
from bot.inbox.queue import Inbox
from engine.progress.store import Progress
from handlers.reply import Notice, Once, Pace, Reply, Retention, Turn, Turns
from handlers.reply.text import MESSAGE_UNITS
from handlers.words import LANGUAGES, Tongues, Words
from tests.handlers.fake_pool import FakePool, ok
from tests.handlers.talk import Talk, shown

TOLD = "Бот хранит, кто вы в Telegram и на курсе"
KEPT = Retention(30, keep_marks=True, copies_h=168.0, time_zone="Europe/Moscow")


@pytest.fixture(autouse=True)
def by_somebody_new(talk: Talk) -> None:
    talk.person = talk.telegram.person("ludmila")


async def test_it_ends_the_first_answer_and_no_other(talk: Talk) -> None:
    (first,) = await talk.say("/eval 1")
    (second,) = await talk.say("/eval 1")

    assert shown(first).startswith("42\n\n" + TOLD)
    assert "365 дней" in shown(first)
    assert "/mydata" in shown(first)
    assert "/forget" in shown(first)
    assert shown(second) == "42"


async def test_it_outlives_the_bot(
    talk: Talk, store: Progress, settings: Settings, inbox: Inbox
) -> None:
    await talk.say("/eval 1")

    address = {"token": talk.application.bot.token, "base_url": talk.telegram.base_url}
    account = settings.telegram.model_validate(address)
    again = settings.model_copy(update={"telegram": account})
    async with await build(again, FakePool(), inbox, store) as application:
        (call,) = await Talk(talk.telegram, application, FakePool(), talk.person).say("/eval 1")

    assert shown(call) == "42"


async def test_it_stays_in_the_answer_that_is_edited(talk: Talk) -> None:
    (sent,) = talk.person.send("/eval 1")
    await talk.handled()
    talk.pool.results = [ok("43")]

    talk.person.edit(sent, "/eval 2")
    (call,) = await talk.handled()

    assert shown(call).startswith("43\n\n" + TOLD)


async def test_a_group_is_told_nothing_and_nothing_is_used_up(talk: Talk) -> None:
    (call,) = await talk.say("/eval 1", chat=talk.course)
    assert TOLD not in shown(call)

    (call,) = await talk.say("/eval 1")
    assert TOLD in shown(call)


async def test_it_comes_before_what_the_message_was_taken_for(talk: Talk) -> None:
    (call,) = await talk.say("x = 1")

    assert shown(call).splitlines()[-1] == "Прочитано как код"
    assert TOLD in shown(call)


async def test_disk_that_refuses_is_no_reason_to_fail(talk: Talk, store: Progress) -> None:
    await store.database.rows("PRAGMA query_only = ON")

    (call,) = await talk.say("/eval 1")

    assert shown(call).startswith("42\n\n" + TOLD)


class TestWithoutMarks:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        privacy = Privacy(keep_days=31, keep_marks=False)
        return settings.model_copy(update={"privacy": privacy})

    async def test_it_says_what_the_configuration_says(self, talk: Talk) -> None:
        (call,) = await talk.say("/eval 1")

        assert "31 день, всё это удаляется" in shown(call)


async def a_turn(talk: Talk, turns: Turns) -> Turn:
    talk.person.send("/eval 1")
    (update,) = await talk.updates()
    return turns.of(update)


async def test_without_room_it_waits_for_another_answer(talk: Talk) -> None:
    turns = Turns(Words(), Tongues(), Pace(), talk.inbox, notice=Notice(KEPT))
    full = Markup("x" * MESSAGE_UNITS)

    await (await a_turn(talk, turns)).reply(Reply(full))
    assert shown(talk.telegram.transcript.calls[-1]) == full

    await (await a_turn(talk, turns)).reply(Reply(Markup("answer")))
    assert TOLD in shown(talk.telegram.transcript.calls[-1])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("keep_marks", [True, False])
def test_it_is_three_short_sentences(language: str, keep_marks: bool) -> None:
    kept = Retention(30, keep_marks, 168.0, "Europe/Moscow")

    told = Notice(kept, Once()).news(1, "", Words()(language))

    assert told is not None
    assert len(told.striptags()) < 260
    assert told.count(". ") == 2


@pytest.mark.parametrize(("language", "day"), [("ru", "3 декабря 2026"), ("en", "3 December 2026")])
def test_copies_are_gone_on_a_day_of_the_courses_calendar(language: str, day: str) -> None:
    now = datetime(2026, 11, 25, 22, 30, tzinfo=UTC)  # the 26th in Moscow

    assert KEPT.copies_until(now, Words()(language)) == day
