"""A message without a command is answered as what it is, and the answer says as what."""

from __future__ import annotations

import pytest

from engine.broadcasting import explain
from engine.gradients import explain as differentiate
from engine.records import Call, CodeLine, ErrorReport, Outcome, Result
from tests.bot.local.pictures import png
from tests.handlers.fake_pool import ok, raised
from tests.handlers.talk import Talk, shown

CODE = "Прочитано как код"
ERROR = "Прочитано как ошибка"
SOUND_CODE_ABOUT_AN_ERROR = "x = 1  # RuntimeError: no"
HOUR_S = 3600


@pytest.mark.parametrize("text", ["x = 1", "x", "for i in range(2):\n    print(i)", "x = f(2"])
async def test_code_is_run_as_a_cell(talk: Talk, text: str) -> None:
    (call,) = await talk.say(text)

    assert talk.pool.sources == [text]
    assert talk.pool.jobs[-1].owner == str(talk.person.id)
    assert shown(call) == f"42\n\n{CODE}"
    assert call.reply_to is None
    assert talk.labels() == []


async def test_first_line_is_the_answer_and_the_last_what_it_was_taken_for(talk: Talk) -> None:
    talk.pool.results = [raised("NameError: no x", (CodeLine(1, "x", marked=True),))]

    (call,) = await talk.say("x")

    assert shown(call).splitlines()[0] == "⚠️ NameError, строка 1"
    assert shown(call).splitlines()[-1] == CODE


async def test_words_around_code_are_not_run(talk: Talk) -> None:
    await talk.say("Почему падает?\nx = torch.ones(2)\nx.backward()")

    assert talk.pool.sources == ["x = torch.ones(2)\nx.backward()"]


async def test_code_in_a_block_is_run_without_the_words_beside_it(talk: Talk) -> None:
    await talk.say("вот\n```python\nx = 1\n```\nчто это?")

    assert talk.pool.sources == ["x = 1"]


async def test_what_a_phone_did_to_code_is_undone(talk: Talk) -> None:
    talk.pool.mended = "this was not asked for"

    await talk.say("print(“a”)")

    assert talk.pool.sources == ['print("a")']


async def test_long_code_that_the_client_cut_is_run_whole(talk: Talk) -> None:
    source = "print('a long line of a cell that says very little')\n" * 120

    calls = await talk.say(source)

    assert talk.pool.sources == [source.rstrip("\n")]
    assert len(calls) == 1


async def test_an_error_is_explained_and_not_run(talk: Talk) -> None:
    line = "RuntimeError: something unheard of"
    talk.pool.explained = ErrorReport(line, (), None)

    (call,) = await talk.say(f"у меня ошибка {line}, что делать?")

    assert talk.pool.sources == []
    assert line in shown(call)
    assert shown(call).startswith("⚠️ RuntimeError: объяснения этой ошибке у меня нет")
    assert "Пришлите ячейку целиком" in shown(call)
    assert shown(call).splitlines()[-1] == ERROR


async def test_words_are_answered_with_what_can_be_sent(talk: Talk) -> None:
    (call,) = await talk.say("спасибо")

    assert shown(call).startswith("Понимаю код, текст ошибки, размеры тензоров, например (5, 3)")
    assert "\n" not in shown(call)
    assert talk.labels() == []
    assert talk.pool.sources == []


async def test_words_that_may_be_code_can_be_run(talk: Talk) -> None:
    (question,) = talk.person.send("accuracy")
    (call,) = await talk.handled()
    assert call.reply_to == question.id

    (call,) = await talk.press("Выполнить как ячейку")

    assert talk.pool.sources == ["accuracy"]
    assert (call.method, shown(call)) == ("editMessageText", f"42\n\n{CODE}")


async def test_another_reading_is_offered_and_takes_the_place_of_the_first(talk: Talk) -> None:
    (question,) = talk.person.send(SOUND_CODE_ABOUT_AN_ERROR)
    (first,) = await talk.handled()
    assert first.reply_to == question.id
    assert talk.labels() == ["Это ошибка"]
    talk.pool.explained = ErrorReport("RuntimeError: no", (), None)

    (second,) = await talk.press("Это ошибка")

    assert (second.method, second.message_id) == ("editMessageText", first.message_id)
    assert shown(second).splitlines()[-1] == ERROR
    assert talk.labels() == ["Это код"]

    (third,) = await talk.press("Это код")

    assert talk.pool.sources == [SOUND_CODE_ABOUT_AN_ERROR] * 2
    assert third.message_id == first.message_id
    assert shown(third) == f"42\n\n{CODE}"


async def test_two_quick_presses_run_the_code_once(talk: Talk) -> None:
    await talk.say("accuracy")
    message, button = talk.button("Выполнить как ячейку")
    talk.person.press(message, button)
    talk.person.press(message, button)

    await talk.handled()

    assert talk.pool.sources == ["accuracy"]


async def test_what_a_press_still_finds_does_not_replace_the_answer_to_an_edit(talk: Talk) -> None:
    (question,) = talk.person.send("accuracy")
    await talk.handled()
    talk.pool.gate.clear()
    talk.person.press(*talk.button("Выполнить как ячейку"))
    (pressed,) = talk.handling(await talk.updates())
    await talk.pool.started.wait()

    talk.person.edit(question, "спасибо")
    (answer,) = await talk.handled()
    talk.pool.gate.set()
    await pressed

    assert talk.telegram.transcript.calls[-1] == answer
    assert shown(answer).startswith("Понимаю код")


async def test_an_edited_message_may_be_run_by_button_again(talk: Talk) -> None:
    (question,) = talk.person.send("accuracy")
    await talk.handled()
    await talk.press("Выполнить как ячейку")
    talk.person.edit(question, "precision")
    await talk.handled()

    await talk.press("Выполнить как ячейку")

    assert talk.pool.sources == ["accuracy", "precision"]


async def test_a_formula_is_differentiated_and_not_run(talk: Talk) -> None:
    report = differentiate(Call({"text": "f(x) = x^2 + 3x"}, (), {}, lambda event: None))
    talk.pool.results = [Result(Outcome.OK, report.data)]

    (call,) = await talk.say("f(x) = x^2 + 3x")

    assert "f'(x) = 2x + 3" in shown(call)
    assert shown(call).endswith("Прочитано как формула")
    assert talk.labels() == ["Проверить мой ответ", "Это код"]
    assert talk.pool.sources == []


async def test_shapes_among_words_are_compared(talk: Talk) -> None:
    report = explain(Call({"text": "(2,3) (3,)"}, (), {}, lambda event: None))
    talk.pool.results = [Result(Outcome.OK, report.data)]

    (call,) = await talk.say("Почему (2,3) и (3,) не складываются?")

    assert talk.pool.jobs[-1].data == {"text": "(2,3) (3,)"}
    assert shown(call).startswith("✅ Размеры подходят, итог (2, 3)")
    assert shown(call).splitlines()[-1] == "Прочитано как размеры"


async def test_pictures_of_the_first_reading_go_with_it(talk: Talk) -> None:
    talk.pool.results = [ok("1", blobs=(png(2, 2),))]
    talk.pool.explained = ErrorReport("RuntimeError: no", (), None)
    await talk.say(SOUND_CODE_ABOUT_AN_ERROR)

    calls = await talk.press("Это ошибка")

    assert "deleteMessage" in [call.method for call in calls]


async def test_an_edit_is_understood_anew_and_edits_the_answer(talk: Talk) -> None:
    (question,) = talk.person.send("x = 1")
    (first,) = await talk.handled()

    talk.person.edit(question, "спасибо")
    (second,) = await talk.handled()

    assert (second.method, second.message_id) == ("editMessageText", first.message_id)
    assert shown(second).startswith("Понимаю код")


async def test_an_edit_after_another_reading_edits_the_same_answer(talk: Talk) -> None:
    (question,) = talk.person.send(SOUND_CODE_ABOUT_AN_ERROR)
    (first,) = await talk.handled()
    await talk.press("Это ошибка")

    talk.person.edit(question, "x = 2")
    (second,) = await talk.handled()

    assert second.message_id == first.message_id
    assert shown(second) == f"42\n\n{CODE}"


async def test_a_file_is_offered_to_be_run(talk: Talk) -> None:
    talk.person.upload("cell.py", b"x = 1")
    (offer,) = await talk.handled()

    assert talk.labels() == ["Выполнить как ячейку"]
    assert talk.pool.jobs == []

    (call,) = await talk.press("Выполнить как ячейку")

    assert talk.pool.sources == ["x = 1"]
    assert call.message_id == offer.message_id


async def test_a_deleted_message_cannot_be_read_again(talk: Talk) -> None:
    (question,) = talk.person.send(SOUND_CODE_ABOUT_AN_ERROR)
    await talk.handled()
    del talk.telegram.world.messages[talk.person.id, question.id]

    (call,) = await talk.press("Это ошибка")

    assert call.text == "Того сообщения больше нет, отправьте его ещё раз"


async def test_a_reading_that_no_button_offers_is_out_of_date(talk: Talk) -> None:
    await talk.say(SOUND_CODE_ABOUT_AN_ERROR)
    message, button = talk.button("Это ошибка")

    told = {**button, "callback_data": f"read:{talk.person.id}:words"}
    talk.person.press(message, told)
    (call,) = await talk.handled()

    assert call.text == "Кнопка больше не действует, отправьте сообщение ещё раз"


async def test_code_sent_while_the_bot_was_away_waits_for_a_press(talk: Talk) -> None:
    (call,) = await talk.say("x = 1", age_s=HOUR_S)

    assert talk.pool.sources == []
    assert shown(call).startswith("Этот код пришёл, пока бот не работал.")

    await talk.press("Выполнить как ячейку")

    assert talk.pool.sources == ["x = 1"]


async def test_a_late_error_is_explained_at_once(talk: Talk) -> None:
    talk.pool.explained = ErrorReport("RuntimeError: no", (), None)

    (call,) = await talk.say("RuntimeError: no", age_s=HOUR_S)

    assert shown(call).splitlines()[-1] == ERROR


async def test_where_no_jail_holds_that_is_said(talk: Talk) -> None:
    talk.pool.refused = True

    (call,) = await talk.say("x = 1")

    assert shown(call).startswith("Сейчас здесь ничего не считается")


async def test_a_press_after_the_host_confines_nothing_says_so(talk: Talk) -> None:
    await talk.say("accuracy")
    talk.pool.refused = True

    (call,) = await talk.press("Выполнить как ячейку")

    assert shown(call).startswith("Код сейчас не выполняется")


async def test_an_english_person_is_answered_in_english(talk: Talk) -> None:
    talk.person = talk.telegram.person("john", "en")

    (call,) = await talk.say("x = 1")

    assert shown(call) == "42\n\nRead as code"


# In a group.


@pytest.mark.parametrize("text", ["x = 1", "RuntimeError: no", "спасибо", "x = 1\ny = 2"])
async def test_a_group_is_not_disturbed(talk: Talk, text: str) -> None:
    assert await talk.say(text, chat=talk.course) == []
    assert talk.pool.jobs == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("@tensor_tutor_bot x = 1", "x = 1"),
        ("@tensor_tutor_bot, x = 1", "x = 1"),
        ("@Tensor_Tutor_Bot\nif x:\n    y = 1", "if x:\n    y = 1"),
        ("@tensor_tutor_bot\n    x = 1\n    y = 2", "    x = 1\n    y = 2"),
        ("x = 1 @tensor_tutor_bot", "x = 1"),
        ("x = 1\n@tensor_tutor_bot", "x = 1"),
        ("@tensor_tutor_bot /eval x = 1", "x = 1"),
    ],
)
async def test_our_name_addresses_us_and_is_no_code(talk: Talk, text: str, code: str) -> None:
    (question,) = talk.person.send(text, chat=talk.course)
    (call,) = await talk.handled()

    assert talk.pool.sources == [code]
    assert shown(call) == "42"
    assert call.reply_to == question.id
    assert talk.labels(talk.course) == ["Подробнее"]


@pytest.mark.parametrize(
    "text",
    ["x = 1 # @tensor_tutor_bot умеет\ny = 2", "@other_bot x = 1", "/foo@other_bot x = 1"],
)
async def test_a_name_elsewhere_or_of_another_does_not(talk: Talk, text: str) -> None:
    assert await talk.say(text, chat=talk.course) == []


async def test_an_answer_to_us_is_understood(talk: Talk) -> None:
    await talk.say("/eval 1", chat=talk.course)
    answer = [m for m in talk.telegram.world.messages.values() if m.chat_id == talk.course.id][-1]

    (call,) = await talk.say("x + 1", chat=talk.course, reply_to=answer)

    assert talk.pool.sources == ["1", "x + 1"]
    assert shown(call) == "42"


@pytest.mark.parametrize(
    "text",
    ["спасибо", "👍", "а почему так?", "/foo", "y", "10/10", "loss", "(1, 2) и (3, 4) решил"],
)
async def test_thanks_to_us_stay_unanswered(talk: Talk, text: str) -> None:
    await talk.say("/eval 1", chat=talk.course)
    answer = [m for m in talk.telegram.world.messages.values() if m.chat_id == talk.course.id][-1]

    assert await talk.say(text, chat=talk.course, reply_to=answer) == []


async def test_our_name_with_words_is_answered_in_a_line(talk: Talk) -> None:
    (call,) = await talk.say("@tensor_tutor_bot привет", chat=talk.course)

    assert shown(call).startswith("Понимаю код")
    assert "\n" not in shown(call)
    assert talk.labels(talk.course) == []


async def test_a_lone_name_behind_ours_is_run(talk: Talk) -> None:
    await talk.say("@tensor_tutor_bot loss", chat=talk.course)

    assert talk.pool.sources == ["loss"]


async def test_a_file_with_our_name_is_offered_to_be_run_in_a_group(talk: Talk) -> None:
    talk.person.upload("cell.py", b"x = 1", "@tensor_tutor_bot", chat=talk.course)
    (offer,) = await talk.handled()

    assert shown(offer).startswith("Этот файл можно выполнить")
    await talk.press("Выполнить как ячейку")
    assert talk.pool.sources == ["x = 1"]


async def test_what_is_no_text_is_told_behind_our_name_only(talk: Talk) -> None:
    talk.person.upload("a.png", png(2, 2), chat=talk.course)
    assert await talk.handled() == []

    talk.person.upload("a.png", png(2, 2), "@tensor_tutor_bot что тут", chat=talk.course)
    (call,) = await talk.handled()

    assert shown(call).startswith("Читаю только текст")


async def test_our_name_alone_points_at_the_message_replied_to(talk: Talk) -> None:
    boris = talk.telegram.person("boris")
    (code,) = boris.send("x = 5", chat=talk.course)
    await talk.handled()

    await talk.say("@tensor_tutor_bot", chat=talk.course, reply_to=code)

    assert talk.pool.sources == ["x = 5"]


async def test_a_topic_is_answered_in_its_topic(talk: Talk) -> None:
    topic = talk.telegram.world.seminar

    (call,) = await talk.say("@tensor_tutor_bot x = 1", chat=talk.course, topic=topic)

    assert shown(call) == "42"
    assert talk.telegram.world.messages[talk.course.id, call.message_id or 0].topic == topic


async def test_another_cannot_press_what_a_group_was_offered(talk: Talk) -> None:
    await talk.say("@tensor_tutor_bot x = 1", chat=talk.course, age_s=HOUR_S)

    (call,) = await talk.press("Выполнить как ячейку", by=talk.telegram.person("boris"))
    assert call.text == "Эта кнопка для того, кто отправил сообщение"
    assert talk.pool.sources == []

    await talk.press("Выполнить как ячейку")
    assert talk.pool.sources == ["x = 1"]
