from __future__ import annotations

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.error import BadRequest

from bot.local.person import Person
from bot.local.server import LocalTelegram
from tests.bot.local.pictures import png

BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="x")]])


async def test_edit_replaces_text_and_drops_the_keyboard(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "a", reply_markup=BUTTONS)
    edited = await bot.edit_message_text("<b>b</b>", anna.id, sent.message_id, parse_mode="HTML")
    assert not isinstance(edited, bool)
    assert (edited.message_id, edited.text) == (sent.message_id, "b")
    assert edited.reply_markup is None
    assert edited.edit_date


async def test_edit_that_changes_nothing_is_refused(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "<b>a</b>", parse_mode="HTML", reply_markup=BUTTONS)
    with pytest.raises(BadRequest) as refused:
        await bot.edit_message_text(
            " <b>a</b> ", anna.id, sent.message_id, parse_mode="HTML", reply_markup=BUTTONS
        )
    assert refused.value.message == (
        "Message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )
    assert await bot.edit_message_text("a", anna.id, sent.message_id, reply_markup=BUTTONS)


async def test_keyboard_alone_is_edited(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "a", reply_markup=BUTTONS)
    edited = await bot.edit_message_reply_markup(anna.id, sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup) == ("a", None)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(anna.id, sent.message_id)


async def test_caption_is_edited_and_text_is_not_a_caption(bot: Bot, anna: Person) -> None:
    photo = await bot.send_photo(anna.id, png(2, 2), caption="a")
    edited = await bot.edit_message_caption(anna.id, photo.message_id, caption="b")
    assert not isinstance(edited, bool)
    assert edited.caption == "b"
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("x", anna.id, photo.message_id)
    text = await bot.send_message(anna.id, "a")
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await bot.edit_message_caption(anna.id, text.message_id, caption="b")


async def test_media_is_edited(telegram: LocalTelegram, bot: Bot, anna: Person) -> None:
    photo = await bot.send_photo(anna.id, png(2, 2))
    media = InputMediaPhoto(png(3, 1), caption="<i>b</i>", parse_mode="HTML")
    edited = await bot.edit_message_media(media, anna.id, photo.message_id)
    assert not isinstance(edited, bool)
    assert (edited.photo[0].width, edited.caption) == (3, "b")
    call = telegram.transcript.calls[-1]
    assert (call.method, call.caption) == ("editMessageMedia", "<i>b</i>")
    same = InputMediaPhoto(
        edited.photo[0].file_id, caption="b", caption_entities=[*edited.caption_entities]
    )
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_media(same, anna.id, photo.message_id)


async def test_text_can_become_a_picture(bot: Bot, anna: Person) -> None:
    text = await bot.send_message(anna.id, "a")
    edited = await bot.edit_message_media(InputMediaPhoto(png(2, 2)), anna.id, text.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, len(edited.photo)) == (None, 1)


async def test_only_messages_of_the_bot_are_edited(bot: Bot, anna: Person) -> None:
    (theirs,) = anna.send("x")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("y", anna.id, theirs.id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("y", anna.id, 1)


async def test_edit_over_the_limit_is_refused(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "a")
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.edit_message_text("x" * 4097, anna.id, sent.message_id)
