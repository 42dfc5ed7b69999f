"""So many commands a minute, then one refusal, then silence."""

from __future__ import annotations

from bot.local.errors import ApiError
from handlers.limit import Limit
from tests.handlers.talk import Talk, shown


def test_wait_grows_shorter_until_the_oldest_is_a_minute_ago() -> None:
    now = 0.0
    limit = Limit(2, clock=lambda: now)
    waits = []
    for now in (0.0, 10.0, 20.0, 59.0, 60.0, 61.0):  # noqa: B007  the clock reads it
        waits.append(limit.wait_s("anna"))

    assert waits == [0.0, 0.0, 40.0, 1.0, 0.0, 9.0]


def test_people_are_counted_apart() -> None:
    limit = Limit(1, clock=lambda: 0.0)

    assert (limit.wait_s("anna"), limit.wait_s("boris")) == (0.0, 0.0)


async def test_first_command_over_the_limit_is_told_the_others_not(talk: Talk) -> None:
    for _ in range(30):
        await talk.say("/reset")

    first, second = await talk.say("/reset"), await talk.say("/eval 1")

    assert [shown(call) for call in first] == ["Слишком часто. Подождите 60 с, потом отвечу снова."]
    assert second == []
    assert talk.pool.jobs == []


async def test_edit_over_the_limit_leaves_the_answer_that_stands(talk: Talk) -> None:
    (question,) = talk.person.send("/eval 1")
    (answer,) = await talk.handled()
    for _ in range(29):
        await talk.say("/reset")

    talk.person.edit(question, "/eval 2")
    (call,) = await talk.handled()

    assert shown(call).startswith("Слишком часто.")
    assert call.message_id != answer.message_id


async def test_command_over_the_limit_is_not_run_even_when_telegram_fails(talk: Talk) -> None:
    for _ in range(30):
        await talk.say("/reset")
    talk.telegram.faults.plan("sendMessage", ApiError(403, "Forbidden: not today"), 1)

    await talk.say("/eval 1")

    assert talk.pool.jobs == []


async def test_button_over_the_limit_is_told_on_the_button(talk: Talk) -> None:
    for _ in range(30):
        await talk.say("/start")

    (call,) = await talk.press("Тензор")

    assert call.method == "answerCallbackQuery"
    assert (call.text or "").startswith("Слишком часто.")
    assert talk.pool.jobs == []


async def test_what_is_said_to_others_in_a_group_is_not_counted(talk: Talk) -> None:
    talk.course.administrators.add(talk.application.bot.id)
    for _ in range(31):
        talk.person.send("разговор", chat=talk.course)
    await talk.handled()

    assert len(await talk.say("/reset")) == 1


async def test_thanks_over_the_limit_stay_unanswered(talk: Talk) -> None:
    (call,) = await talk.say("/start", chat=talk.course)
    answer = talk.telegram.world.messages[talk.course.id, call.message_id or 0]
    for _ in range(40):
        talk.person.send("спасибо", chat=talk.course, reply_to=answer)

    assert await talk.handled() == []
