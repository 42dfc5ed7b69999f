"""Commands in the name of a chat."""

from __future__ import annotations

from telegram import Update

from tests.handlers.talk import Talk, shown


async def in_the_name_of_the_group(talk: Talk, **more: object) -> list[str]:
    talk.person.send("/eval 1", chat=talk.course)
    (update,) = await talk.updates()
    told = update.to_dict()
    told["message"] |= {"sender_chat": talk.course.to_json(), **more}
    await talk.application.process_update(Update.de_json(told, talk.application.bot))
    return [shown(call) for call in talk.telegram.transcript.calls]


async def test_anonymous_administrator_is_asked_to_write_as_a_person(talk: Talk) -> None:
    said = await in_the_name_of_the_group(talk)

    assert said == ["Анонимно ячейки не выполняю: сеанс у каждого свой. Напишите от своего имени."]
    assert talk.pool.jobs == []


async def test_post_of_a_channel_is_left_alone(talk: Talk) -> None:
    assert await in_the_name_of_the_group(talk, is_automatic_forward=True) == []
    assert talk.pool.jobs == []


async def test_thanks_of_an_anonymous_administrator_stay_unanswered(talk: Talk) -> None:
    (call,) = await talk.say("/start", chat=talk.course)
    answer = talk.telegram.world.messages[talk.course.id, call.message_id or 0]
    talk.person.send("спасибо", chat=talk.course, reply_to=answer)
    (update,) = await talk.updates()
    told = update.to_dict()
    told["message"] |= {"sender_chat": talk.course.to_json()}

    await talk.application.process_update(Update.de_json(told, talk.application.bot))

    assert talk.telegram.transcript.calls == [call]
