"""/forget: what goes and what stays is said before and after, and is so."""

from __future__ import annotations

import asyncio
import re

import pytest

from bot.config import Backup, Privacy, Settings
from engine.progress.records import Listed, NewSubmission
from engine.progress.store import Progress
from tests.handlers.talk import Talk, shown


async def hand_in(talk: Talk, store: Progress, *, judged: int, waiting: int) -> None:
    for number in range(judged + waiting):
        new = NewSubmission(talk.person.id, "power", f"code = {number}", f"1:{number}")
        key = await store.submissions.add(new)
        if number < judged:
            await store.submissions.judged(key, "accepted", 8.0, 8.0)


async def known(talk: Talk, store: Progress) -> None:
    """A person with a name, a language, two judged submissions and one that waits."""
    await talk.say("Анна Иванова, 5030102/10201")
    await talk.say("/language ru")
    await hand_in(talk, store, judged=2, waiting=1)


async def test_question_says_what_goes_and_what_stays(talk: Talk, store: Progress) -> None:
    await known(talk, store)

    (call,) = await talk.say("/forget")

    goes, _, stays = shown(call).partition("Останется\n")
    assert goes.startswith("Удалить всё, что о вас хранится?")
    assert "• 1 посылка, которая ещё не проверена" in goes
    assert "• код 3 посылок" in goes
    assert "имя и группа на курсе" not in goes
    assert "• баллы за 2 посылки: без кода, с вашим номером в Telegram, именем и группой" in stays
    assert re.search(r"• резервные копии базы: .* исчезнет к \d+ \w+ \d{4}\n", stays)
    assert talk.labels() == ["Удалить", "Оставить как есть"]


async def test_marks_stay_and_everything_else_goes(talk: Talk, store: Progress) -> None:
    await known(talk, store)
    await talk.say("/forget")

    (call,) = await talk.press("Удалить")

    went, _, stayed = shown(call).partition("Осталось\n")
    assert went.startswith("Удалено")
    assert "• 1 посылка, которая ещё не проверена" in went
    assert "• код 3 посылок" in went
    assert "• 1 отметка о том, что бот сказал вам один раз" in went
    assert "• баллы за 2 посылки" in stayed
    kept = await store.keeping.everything(talk.person.id)
    assert set(kept) == {"people", "enrolments", "submissions"}
    assert [row["code"] for row in kept["submissions"]] == [None, None]
    assert kept["people"][0]["shown_name"] == ""
    assert talk.labels() == []


class TestWithoutMarks:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        sections = {"privacy": Privacy(keep_marks=False), "backup": Backup(every_h=0)}
        return settings.model_copy(update=sections)

    async def test_nothing_stays(self, talk: Talk, store: Progress) -> None:
        await known(talk, store)
        (question,) = await talk.say("/forget")

        (call,) = await talk.press("Удалить")

        for said in (shown(question), shown(call)):
            assert "• имя и группа на курсе" in said
            assert "• 3 посылки с кодом и баллами" in said
            assert "баллы за" not in said
            assert "• резервные копии базы, если их делали вручную" in said
        assert await store.keeping.everything(talk.person.id) == {}

    async def test_answer_itself_leaves_no_trace(self, talk: Talk, store: Progress) -> None:
        await known(talk, store)
        await talk.say("/forget")
        await talk.press("Удалить")

        assert await store.people.person(talk.person.id) is None
        assert await talk.inbox.about(talk.person.id) == {"updates": [], "answers": []}

    async def test_who_writes_again_is_told_anew_what_is_kept(
        self, talk: Talk, store: Progress
    ) -> None:
        await talk.say("/language en")
        await talk.say("/forget")
        (gone,) = await talk.press("Delete")
        assert "The bot keeps" not in shown(gone)

        (call,) = await talk.say("/eval 1")

        assert "Бот хранит, кто вы" in shown(call)

    async def test_a_line_of_the_roster_is_said_to_stay(self, talk: Talk, store: Progress) -> None:
        await known(talk, store)
        await store.roster.load([Listed("Анна Иванова", None)])
        await store.roster.confirm((await store.roster.matches()).found)

        (question,) = await talk.say("/forget")
        (call,) = await talk.press("Удалить")

        assert "• ваша строка в списке курса" in shown(question)
        assert "• ваша строка в списке курса" in shown(call)


async def test_session_and_whole_answers_are_forgotten(talk: Talk) -> None:
    await talk.say("/mydata", chat=talk.course)
    more = talk.button("Подробнее")
    await talk.say("/forget")

    await talk.press("Удалить")

    assert talk.pool.resets == [str(talk.person.id)]
    talk.person.press(*more)
    (call,) = await talk.handled()
    assert shown(call).startswith("Этот ответ больше не хранится.")


async def test_second_press_is_harmless(talk: Talk, store: Progress) -> None:
    await known(talk, store)
    await talk.say("/forget")
    button = talk.button("Удалить")
    talk.person.press(*button)
    talk.person.press(*button)

    edits = [c for c in await talk.handled() if c.method == "editMessageText"]

    assert len(edits) == 1
    assert "• код 3 посылок" in shown(edits[0])
    talk.person.press(*button)
    assert [c.text for c in await talk.handled()] == ["На этот вопрос вы уже ответили"]
    person = await store.people.person(talk.person.id)
    assert person is not None
    assert person.shown_name == ""


async def test_nothing_is_deleted_without_the_button(talk: Talk, store: Progress) -> None:
    await known(talk, store)
    await talk.say("/forget")

    (call,) = await talk.press("Оставить")

    assert shown(call) == "Ничего не удалено, всё на месте."
    assert (await store.keeping.holdings(talk.person.id)).code == 3


async def test_nobody_else_presses_it_an_instructor_neither(talk: Talk, store: Progress) -> None:
    await known(talk, store)
    await talk.say("/forget")
    message, button = talk.button("Удалить")
    teacher = talk.telegram.person("teacher")

    teacher.press(message, button)
    await talk.handled()

    assert (await store.keeping.holdings(talk.person.id)).code == 3


async def test_group_is_only_shown_the_way(talk: Talk, store: Progress) -> None:
    await known(talk, store)

    (call,) = await talk.say("/forget", chat=talk.course)
    assert shown(call) == "Об удалении спрошу в личном чате."

    talk.person.press(*talk.button("Подробнее"))
    await talk.handled()
    (done,) = await talk.press("Удалить")
    assert shown(done).startswith("Удалено")


async def test_refusing_disk_deletes_nothing_and_the_button_still_works(
    talk: Talk, store: Progress
) -> None:
    await known(talk, store)
    await talk.say("/forget")
    await store.database.rows("PRAGMA query_only = ON")

    (call,) = await talk.press("Удалить")
    assert shown(call).startswith("Не получилось: база данных бота открыта только для чтения.")
    assert talk.pool.resets == []

    await store.database.rows("PRAGMA query_only = OFF")
    calls = await talk.press("Удалить")
    assert shown(calls[-1]).startswith("Удалено")


async def test_running_cell_of_who_is_forgotten_writes_nothing_down(
    talk: Talk, store: Progress
) -> None:
    talk.person = talk.telegram.person("ludmila")
    talk.pool.gate.clear()
    talk.person.send("/eval 1")
    running = talk.handling(await talk.updates())
    await talk.pool.started.wait()
    await store.keeping.forget(talk.person.id, keep_marks=False)

    talk.pool.gate.set()
    await asyncio.gather(*running)

    assert await store.keeping.everything(talk.person.id) == {}


async def test_who_blocks_the_bot_at_once_is_forgotten_too(talk: Talk) -> None:
    talk.person.send("/eval secret = 1")
    for update in await talk.updates(age_s=3600):
        await talk.inbox.put(update)
        await asyncio.gather(*talk.handling([update]))
    await talk.say("/forget")
    message, button = talk.button("Удалить")
    talk.person.press(message, button)
    updates = await talk.updates()
    talk.person.block()

    await asyncio.gather(*talk.handling(updates))

    assert (await talk.inbox.about(talk.person.id))["updates"] == []
