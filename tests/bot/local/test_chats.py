from __future__ import annotations

import pytest
from telegram import Bot, ChatMemberAdministrator
from telegram.error import BadRequest

from bot.local.people import BOT_ID
from bot.local.person import Person
from bot.local.server import LocalTelegram


async def test_chat_tells_what_it_is(telegram: LocalTelegram, bot: Bot, anna: Person) -> None:
    private = await bot.get_chat(anna.id)
    course = await bot.get_chat(telegram.world.course.id)
    assert (private.type, private.first_name) == ("private", "anna")
    assert (course.type, course.title, course.is_forum) == (
        "supergroup",
        "Глубокое обучение",
        True,
    )


async def test_members_are_told_from_administrators_and_strangers(
    telegram: LocalTelegram, bot: Bot, anna: Person
) -> None:
    course, teacher = telegram.world.course, telegram.world.teacher
    assert (await bot.get_chat_member(course.id, anna.id)).status == "member"
    admin = await bot.get_chat_member(course.id, teacher.id)
    assert isinstance(admin, ChatMemberAdministrator)
    assert admin.can_delete_messages
    course.members.remove(anna.id)
    assert (await bot.get_chat_member(course.id, anna.id)).status == "left"
    assert (await bot.get_chat_member(anna.id, anna.id)).status == "member"
    with pytest.raises(BadRequest, match="User not found"):
        await bot.get_chat_member(course.id, 1)


async def test_administrators_are_listed(telegram: LocalTelegram, bot: Bot, anna: Person) -> None:
    course = telegram.world.course
    course.administrators.add(BOT_ID)
    listed = await bot.get_chat_administrators(course.id)
    assert {admin.user.id for admin in listed} == {BOT_ID, telegram.world.teacher.id}
    with pytest.raises(BadRequest, match="There are no administrators in the private chat"):
        await bot.get_chat_administrators(anna.id)


async def test_user_has_a_language_and_perhaps_a_username(
    telegram: LocalTelegram, bot: Bot
) -> None:
    telegram.person("teacher", "en").send("x")
    telegram.person("аня").send("x")
    first, second = [update.effective_user for update in await bot.get_updates()]
    assert first
    assert second
    assert (first.language_code, first.username) == ("en", "teacher")
    assert (second.language_code, second.username) == ("ru", None)


async def test_bot_in_a_group_hears_what_is_meant_for_it(
    telegram: LocalTelegram, bot: Bot, anna: Person
) -> None:
    course = telegram.world.course
    answer = await bot.send_message(course.id, "x")
    kept = telegram.world.messages[course.id, answer.message_id]
    anna.send("просто так", chat=course)
    anna.send("/eval 1", chat=course)
    anna.send("@tensor_tutor_bot привет", chat=course)
    anna.send("ответ", chat=course, reply_to=kept)
    heard = [u.message.text for u in await bot.get_updates() if u.message]
    assert heard == ["/eval 1", "@tensor_tutor_bot привет", "ответ"]
    course.administrators.add(BOT_ID)
    anna.send("просто так", chat=course)
    course.members.remove(BOT_ID)
    anna.send("/eval 2", chat=course)
    assert len(await bot.get_updates()) == 4


async def test_message_in_a_topic_answers_the_topics_first(
    telegram: LocalTelegram, bot: Bot, anna: Person
) -> None:
    anna.send("/eval 1", chat=telegram.world.course, topic=telegram.world.seminar)
    (update,) = await bot.get_updates()
    message = update.message
    assert message
    assert message.is_topic_message
    assert message.reply_to_message
    assert message.reply_to_message.forum_topic_created
    assert message.reply_to_message.text is None
