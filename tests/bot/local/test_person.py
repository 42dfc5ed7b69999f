from __future__ import annotations

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.local.client import Client
from bot.local.person import Person
from bot.local.server import LocalTelegram


async def test_reply_may_quote(bot: Bot, anna: Person) -> None:
    (first,) = anna.send("x = 1\ny = 2")
    anna.send("/eval", reply_to=first, quote="y = 2")
    message = (await bot.get_updates())[-1].message
    assert message
    assert message.reply_to_message
    assert message.quote
    assert (message.reply_to_message.text, message.quote.text) == ("x = 1\ny = 2", "y = 2")


async def test_edit_arrives_with_new_text_and_date(bot: Bot, anna: Person) -> None:
    (message,) = anna.send("a")
    anna.edit(message, "b")
    edited = (await bot.get_updates())[-1].edited_message
    assert edited
    assert (edited.message_id, edited.text) == (message.id, "b")
    assert edited.edit_date


async def test_nobody_edits_what_is_not_theirs_or_into_nothing(
    telegram: LocalTelegram, anna: Person
) -> None:
    (message,) = anna.send("a")
    with pytest.raises(ValueError, match="of one's own"):
        telegram.person("boris").edit(message, "b")
    with pytest.raises(ValueError, match="1 to 4096"):
        anna.edit(message, " ")


async def test_link_to_the_bot_starts_it_in_private(telegram: LocalTelegram, bot: Bot) -> None:
    boris = telegram.person("boris")
    link = "https://t.me/tensor_tutor_bot?start=grad_42"
    course = telegram.world.course
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Подробнее", url=link)]])
    await bot.send_message(course.id, "x", reply_markup=markup)
    message = list(telegram.world.messages.values())[-1]
    assert boris.press(message, message.keyboard[0][0]) is None
    (update,) = await bot.get_updates()
    assert update.message
    assert (update.message.text, update.message.chat.id) == ("/start grad_42", boris.id)
    assert await bot.send_message(boris.id, "y")


@pytest.mark.parametrize(
    "link",
    ["https://example.org?start=x", "https://t.me/other?start=x", "https://t.me/tensor_tutor_bot"],
)
async def test_other_links_tell_the_bot_nothing(anna: Person, link: str) -> None:
    assert anna.follow(link) == []
    assert anna.world.updates.pending == 0


async def test_phone_is_a_switch(bot: Bot, anna: Person) -> None:
    anna.send('/eval print("__x__")', client=Client.PHONE)
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.text == "/eval print(“x”)"
    kinds = {e.type: text for e, text in update.message.parse_entities().items()}
    assert kinds == {"bot_command": "/eval", "italic": "x"}


async def test_document_may_answer_and_go_to_a_topic(
    telegram: LocalTelegram, bot: Bot, anna: Person
) -> None:
    course, topic = telegram.world.course, telegram.world.seminar
    anna.upload("a.py", b"1", "/eval", chat=course, topic=topic)
    (update,) = await bot.get_updates()
    assert update.message
    assert (update.message.caption, update.message.message_thread_id) == ("/eval", topic)


async def test_message_may_be_old(bot: Bot, anna: Person) -> None:
    anna.send("давно", date=1_700_000_000)
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.date.timestamp() == 1_700_000_000
