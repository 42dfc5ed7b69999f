"""Who a person is to the course: asked once, taken from a reply or from a message of its own."""

from __future__ import annotations

import pytest

from bot.local.message import Message
from engine.progress.records import Listed
from engine.progress.store import Progress
from handlers.words import LANGUAGES
from tests.handlers.talk import Talk, shown

ANNA = "Анна Иванова, 5030102/10201"
ASKS = "Чтобы преподаватель знал, кто вы, ответьте на это сообщение"


def newest(talk: Talk) -> Message:
    mine = [m for m in talk.telegram.world.messages.values() if m.chat_id == talk.person.id]
    return mine[-1]


async def reply(talk: Talk, text: str) -> str:
    """What the bot says to a reply to its newest message."""
    (call,) = await talk.say(text, reply_to=newest(talk))
    return shown(call)


async def recorded(talk: Talk, store: Progress) -> tuple[str | None, str | None]:
    person = await store.people.person(talk.person.id)
    assert person is not None
    return person.name, person.group


async def test_start_asks_and_the_reply_is_taken(talk: Talk, store: Progress) -> None:
    (greeting,) = await talk.say("/start")
    assert shown(greeting).splitlines()[-1].startswith(ASKS)

    said = await reply(talk, ANNA)

    assert said.startswith(f"Записано: {ANNA}. Чтобы исправить, ответьте на это сообщение")
    assert "\n" not in said
    assert await recorded(talk, store) == ("Анна Иванова", "5030102/10201")


async def test_second_start_says_who_one_is_instead_of_asking(talk: Talk) -> None:
    await talk.say("/start")
    await reply(talk, ANNA)

    (call,) = await talk.say("/start")

    assert ASKS not in shown(call)
    assert shown(call).splitlines()[-1].startswith(f"Сейчас вы записаны как {ANNA}.")


@pytest.mark.parametrize("again", ["/start", ANNA])
async def test_it_is_changed_in_answer_to_any_line_that_says_how(
    talk: Talk, store: Progress, again: str
) -> None:
    await talk.say(ANNA)
    await talk.say(again)

    await reply(talk, "Анна Петрова 5030102/10202")

    assert await recorded(talk, store) == ("Анна Петрова", "5030102/10202")


async def test_a_plain_message_is_taken_while_nothing_is_known(talk: Talk, store: Progress) -> None:
    (call,) = await talk.say("анна иванова\n5030102/10201")
    assert shown(call).startswith(f"Записано: {ANNA}")

    (call,) = await talk.say("Борис Годунов, 5030102/10201")

    assert shown(call).startswith(f"Сейчас вы записаны как {ANNA}")
    assert await recorded(talk, store) == ("Анна Иванова", "5030102/10201")


async def test_an_edit_corrects_what_the_message_said(talk: Talk, store: Progress) -> None:
    (sent,) = talk.person.send(ANNA)
    (first,) = await talk.handled()

    talk.person.edit(sent, "Анна Иванова, 5030102/10202")
    (call,) = await talk.handled()

    assert (call.method, call.message_id) == ("editMessageText", first.message_id)
    assert await recorded(talk, store) == ("Анна Иванова", "5030102/10202")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_question_is_known_in_every_language_and_after_a_change_of_it(
    talk: Talk, store: Progress, language: str
) -> None:
    await talk.say(f"/language {language}")
    await talk.say("/start")
    asked = newest(talk)
    await talk.say("/language en")

    (call,) = await talk.say("Anna Ivanova, 5030102/10201", reply_to=asked)

    assert shown(call).startswith("Recorded: Anna Ivanova")


async def test_a_confirmed_name_is_told_as_such_and_may_be_changed(
    talk: Talk, store: Progress
) -> None:
    await talk.say(ANNA)
    await store.roster.load([Listed("Иванова Анна", "5030102/10201")])
    await store.roster.confirm((await store.roster.matches()).found)

    (call,) = await talk.say("/start")
    assert f"Сейчас вы записаны как {ANNA}" not in shown(call)
    assert "преподаватель это подтвердил" in shown(call)

    assert (await reply(talk, "Анна Петрова, 5030102/10201")).startswith("Записано: Анна Петрова")


@pytest.mark.parametrize("text", ["torch.ones(2)", "x^2 + 1", "(5, 3) и (3, 1)", "/eval 1"])
async def test_code_and_formulas_in_reply_to_the_question_are_what_they_are(
    talk: Talk, store: Progress, text: str
) -> None:
    await talk.say("/start")

    await reply(talk, text)

    assert talk.pool.jobs[-1].kind not in ("talk.understand",)
    assert await recorded(talk, store) == (None, None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("123, 5030102/10201", "буквами"),
        ("<b>Анна</b> Иванова, 5030102/10201", "буквами"),
        ("Анна 🌸, 5030102/10201", "буквами"),
        ("🌸", "буквами"),
        ("Анна, 5030102/10201", "от двух до четырёх слов"),
        ("5030102/10201", "только группа"),
        ("А" * 150 + " Иванова, 5030102/10201", "длиннее"),
        ("анна иванова", "группы не видно"),
        ("Анна Иванова, 5030102//10201", "до 20 букв"),
        ("Анна Иванова, " + "1" * 21, "до 20 букв"),
    ],
)
async def test_a_slip_is_named_and_nothing_is_recorded(
    talk: Talk, store: Progress, text: str, why: str
) -> None:
    await talk.say("/start")

    said = await reply(talk, text)

    assert said.startswith("Не записано: ")
    assert why in said
    assert "Чтобы записаться, ответьте на это сообщение" in said
    assert await recorded(talk, store) == (None, None)


async def test_a_name_without_a_group_is_enough_in_a_reply(talk: Talk, store: Progress) -> None:
    await talk.say("/start")

    assert (await reply(talk, "Анна Иванова")).startswith("Записано без группы: Анна Иванова.")
    assert await recorded(talk, store) == ("Анна Иванова", None)


async def test_a_name_sent_by_itself_learns_how_it_is_recorded(talk: Talk, store: Progress) -> None:
    (call,) = await talk.say("Анна Иванова")
    assert shown(call).startswith("Если это имя и фамилия, ответьте на это сообщение")
    assert await recorded(talk, store) == (None, None)

    await reply(talk, ANNA)
    assert await recorded(talk, store) == ("Анна Иванова", "5030102/10201")

    (call,) = await talk.say("Анна Иванова")  # who is known is not asked again
    assert shown(call).startswith("Понимаю код")


@pytest.mark.parametrize("text", ["добрый день", "Спасибо", "Что такое Loss?", "import torch"])
async def test_other_words_are_no_name(talk: Talk, text: str) -> None:
    (call,) = await talk.say(text)

    assert not shown(call).startswith("Если это имя")


async def test_a_corrected_name_keeps_its_group(talk: Talk, store: Progress) -> None:
    await talk.say(ANNA)

    await reply(talk, "Анна Петрова")

    assert await recorded(talk, store) == ("Анна Петрова", "5030102/10201")


async def test_thanks_of_who_is_known_are_no_failed_name(talk: Talk) -> None:
    await talk.say("/start")
    await reply(talk, ANNA)

    assert (await reply(talk, "спасибо")).startswith("Понимаю код")


async def test_instructor_is_not_asked(talk: Talk) -> None:
    talk.person = talk.telegram.person("teacher")

    (call,) = await talk.say("/start")

    assert ASKS not in shown(call)


async def test_in_a_group_nothing_is_asked_nor_taken(talk: Talk, store: Progress) -> None:
    (call,) = await talk.say("/start", chat=talk.course)
    assert "ответьте" not in shown(call)

    await talk.say(f"@tensor_tutor_bot {ANNA}", chat=talk.course)

    assert await recorded(talk, store) == (None, None)


async def test_refusing_disk_is_told_and_nothing_is_claimed(talk: Talk, store: Progress) -> None:
    await talk.say("/start")
    await store.database.rows("PRAGMA query_only = ON")

    said = await reply(talk, ANNA)

    assert said.startswith("Не получилось: база данных бота открыта только для чтения.")
