"""A cancel button outlives its job."""

from __future__ import annotations

from tests.handlers.talk import Talk


async def test_job_that_has_ended_cannot_be_cancelled(talk: Talk) -> None:
    await talk.say("/language")
    message, button = talk.button("English")
    data = f"cancel:{talk.person.id}:no-such-job"
    talk.person.press(message, {**button, "callback_data": data})

    (call,) = await talk.handled()

    assert call.text == "Отменять нечего, ответ уже готов"
