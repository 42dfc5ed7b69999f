"""Plain text in private may be a cell."""

from __future__ import annotations

from tests.handlers.talk import Talk, shown


async def test_text_is_offered_to_be_run(talk: Talk) -> None:
    (question,) = talk.person.send("x = 1")
    (call,) = await talk.handled()

    assert shown(call) == "Чтобы выполнить код, напишите перед ним /eval."
    assert call.reply_to == question.id
    assert talk.labels() == ["Выполнить как ячейку"]
    assert talk.pool.jobs == []


async def test_button_runs_the_text(talk: Talk) -> None:
    await talk.say("for i in range(2):\n    print(i)")

    (call,) = await talk.press("Выполнить как ячейку")

    assert talk.pool.sources == ["for i in range(2):\n    print(i)"]
    assert shown(call) == "42"


async def test_button_runs_the_file(talk: Talk) -> None:
    talk.person.upload("cell.py", b"x = 1")
    await talk.handled()

    await talk.press("Выполнить как ячейку")

    assert talk.pool.sources == ["x = 1"]


async def test_deleted_text_cannot_be_run(talk: Talk) -> None:
    (question,) = talk.person.send("x = 1")
    await talk.handled()
    del talk.telegram.world.messages[talk.person.id, question.id]

    (call,) = await talk.press("Выполнить как ячейку")

    assert call.text == "Сообщения с кодом больше нет, отправьте его с /eval"
    assert talk.pool.jobs == []
