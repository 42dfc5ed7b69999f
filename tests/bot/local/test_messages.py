from __future__ import annotations

import httpx
import pytest
from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.local.people import BOT_ID
from bot.local.person import Person
from bot.local.server import LocalTelegram
from bot.local.transcript import Signal


def keyboard(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data=data)]])


async def test_html_arrives_as_text_and_entities(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "😀 <b>ж</b>", parse_mode=ParseMode.HTML)
    assert sent.text == "😀 ж"
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 3, 1)]
    assert sent.from_user
    assert sent.from_user.id == bot.id == BOT_ID


async def test_entities_can_be_given_instead_of_markup(bot: Bot, anna: Person) -> None:
    bold = MessageEntity(MessageEntity.BOLD, 0, 1)
    sent = await bot.send_message(anna.id, "<b>", entities=[bold])
    assert (sent.text, sent.entities) == ("<b>", (bold,))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Message text is empty"),
        (" \n ", "Text must be non-empty"),
        ("<b></b>", "Text must be non-empty"),
        ("<b>x", "Can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("x" * 4097, "Message is too long"),
        ("😀" * 2049, "Message is too long"),
        ("&lt;" * 4097, "Message is too long"),
    ],
)
async def test_bad_text_is_refused(bot: Bot, anna: Person, text: str, reason: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(anna.id, text, parse_mode=ParseMode.HTML)
    assert refused.value.message.lower() == reason.lower()


@pytest.mark.parametrize("text", ["😀" * 2048, "&lt;" * 4096, f"<b>{'x' * 4096}</b>\n"])
async def test_length_counts_after_parsing(bot: Bot, anna: Person, text: str) -> None:
    assert await bot.send_message(anna.id, text, parse_mode=ParseMode.HTML)


async def test_control_characters_are_not_shown(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "a\tb\r\n\x1b[1mc\u202ed\x00e")
    assert sent.text == "a b\n [1mcd e"


async def test_half_a_character_is_refused(raw: httpx.AsyncClient, anna: Person) -> None:
    answer = await raw.post(
        "sendMessage",
        content=b'{"chat_id": %d, "text": "\\ud800"}' % anna.id,
        headers={"content-type": "application/json"},
    )
    assert answer.json()["description"] == "Bad Request: strings must be encoded in UTF-8"


@pytest.mark.parametrize(
    "entities", ["[1]", "1", '[{"type": "bold"}]', '[{"type": "bold", "offset": "x", "length": 1}]']
)
async def test_bad_entities_are_refused(
    raw: httpx.AsyncClient, anna: Person, entities: str
) -> None:
    form = {"chat_id": str(anna.id), "text": "x", "entities": entities}
    assert (await raw.post("sendMessage", data=form)).status_code == 400


async def test_unknown_chat_is_refused(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(1, "x")


async def test_user_who_never_wrote_cannot_be_written_to(telegram: LocalTelegram, bot: Bot) -> None:
    silent = telegram.person("boris")
    silent.send("/eval 1", chat=telegram.world.course)
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(silent.id, "x")


async def test_user_who_blocked_the_bot_cannot_be_written_to(bot: Bot, anna: Person) -> None:
    anna.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(anna.id, "x")
    anna.unblock()
    assert await bot.send_message(anna.id, "x")
    changes = [u.my_chat_member for u in await bot.get_updates()]
    assert [c.new_chat_member.status for c in changes if c] == ["kicked", "member"]


async def test_group_that_removed_the_bot_cannot_be_written_to(
    telegram: LocalTelegram, bot: Bot
) -> None:
    telegram.world.course.members.remove(BOT_ID)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(telegram.world.course.id, "x")


async def test_reply_carries_the_message_it_answers(bot: Bot, anna: Person) -> None:
    (asked,) = anna.send("вопрос")
    to = ReplyParameters(asked.id)
    sent = await bot.send_message(anna.id, "ответ", reply_parameters=to)
    assert sent.reply_to_message
    assert sent.reply_to_message.text == "вопрос"


async def test_reply_to_a_missing_message_is_refused_unless_allowed(bot: Bot, anna: Person) -> None:
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(anna.id, "x", reply_parameters=ReplyParameters(1))
    lenient = ReplyParameters(1, allow_sending_without_reply=True)
    sent = await bot.send_message(anna.id, "x", reply_parameters=lenient)
    assert sent.reply_to_message is None


async def test_quote_must_be_in_the_message(bot: Bot, anna: Person) -> None:
    (asked,) = anna.send("вопрос")
    to = ReplyParameters(asked.id, quote="ответ")
    with pytest.raises(BadRequest, match=r"(?i)QUOTE_TEXT_INVALID"):
        await bot.send_message(anna.id, "x", reply_parameters=to)


async def test_message_goes_to_the_topic_of_the_one_it_answers(
    telegram: LocalTelegram, bot: Bot, anna: Person
) -> None:
    course, topic = telegram.world.course, telegram.world.seminar
    (asked,) = anna.send("/eval 1", chat=course, topic=topic)
    sent = await bot.send_message(course.id, "x", reply_parameters=ReplyParameters(asked.id))
    assert (sent.message_thread_id, sent.is_topic_message) == (topic, True)
    direct = await bot.send_message(course.id, "x", message_thread_id=topic)
    assert direct.message_thread_id == topic
    general = await bot.send_message(course.id, "x")
    assert general.message_thread_id is None


@pytest.mark.parametrize("thread", [1, 12345])
async def test_missing_thread_is_refused_the_general_topic_included(
    telegram: LocalTelegram, bot: Bot, anna: Person, thread: int
) -> None:
    for chat in (telegram.world.course.id, anna.id):
        with pytest.raises(BadRequest, match="Message thread not found"):
            await bot.send_message(chat, "x", message_thread_id=thread)


async def test_buttons_are_kept(bot: Bot, anna: Person) -> None:
    markup = keyboard("я" * 32)
    sent = await bot.send_message(anna.id, "x", reply_markup=markup)
    assert sent.reply_markup == markup


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x", "callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "я" * 33}, "BUTTON_DATA_INVALID"),
        (
            {"text": "x"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "callback_data": ""},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"callback_data": "x"}, "can't parse inline keyboard button: Can't find field \"text\""),
        (
            {"text": "x", "url": "not a link"},
            "inline keyboard button URL 'not a link' is invalid: Wrong HTTP URL",
        ),
        ({"text": "x", "copy_text": "x"}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ("x", "can't parse inline keyboard button: Object expected as a button"),
    ],
)
async def test_bad_button_is_refused(
    raw: httpx.AsyncClient, anna: Person, button: object, reason: str
) -> None:
    markup = {"inline_keyboard": [[button]]}
    answer = await raw.post(
        "sendMessage", json={"chat_id": anna.id, "text": "x", "reply_markup": markup}
    )
    assert answer.status_code == 400
    assert answer.json()["description"] == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    "markup",
    [
        "[1]",
        "{",
        '{"inline_keyboard": 1}',
        '{"inline_keyboard": [1]}',
        '{"inline_keyboard": [[{"text": 1, "callback_data": "x"}]]}',
        '{"inline_keyboard": [[{"text": " ", "callback_data": "x"}]]}',
        '{"inline_keyboard": [[{"text": "x", "callback_data": 1}]]}',
        '{"x": 1}',
    ],
)
async def test_bad_markup_is_refused(raw: httpx.AsyncClient, anna: Person, markup: str) -> None:
    form = {"chat_id": str(anna.id), "text": "x", "reply_markup": markup}
    assert (await raw.post("sendMessage", data=form)).status_code == 400


async def test_too_many_buttons_are_refused(bot: Bot, anna: Person) -> None:
    button = InlineKeyboardButton("x", callback_data="x")
    with pytest.raises(BadRequest, match=r"(?i)REPLY_MARKUP_TOO_LONG"):
        await bot.send_message(anna.id, "x", reply_markup=InlineKeyboardMarkup([[button]] * 101))


async def test_button_may_copy_a_text(bot: Bot, anna: Person) -> None:
    button = InlineKeyboardButton("x", copy_text=CopyTextButton("x[:, None]"))
    assert await bot.send_message(
        anna.id, "x", reply_markup=InlineKeyboardMarkup.from_button(button)
    )


async def test_other_keyboards_are_accepted(bot: Bot, anna: Person) -> None:
    assert await bot.send_message(anna.id, "x", reply_markup=ReplyKeyboardMarkup([["x"]]))


async def test_message_of_the_bot_is_deleted(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "x")
    await sent.delete()
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await sent.delete()


async def test_message_of_a_student_in_a_group_is_deleted_only_by_an_administrator(
    telegram: LocalTelegram, bot: Bot, anna: Person
) -> None:
    course = telegram.world.course
    (posted,) = anna.send("/submit x", chat=course)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(course.id, posted.id)
    course.administrators.add(BOT_ID)
    assert await bot.delete_message(course.id, posted.id)


async def test_message_must_be_named(raw: httpx.AsyncClient, anna: Person) -> None:
    answer = await raw.post("deleteMessage", data={"chat_id": str(anna.id)})
    assert answer.json()["description"] == "Bad Request: message identifier is not specified"


async def test_chat_action_must_be_known(bot: Bot, anna: Person) -> None:
    assert await bot.send_chat_action(anna.id, ChatAction.TYPING)
    assert anna.world.transcript.signals == [Signal("sendChatAction", anna.id, "typing")]
    with pytest.raises(BadRequest, match="Wrong parameter action in request"):
        await bot.send_chat_action(anna.id, "dancing")


async def test_reaction_must_be_one_that_telegram_has(bot: Bot, anna: Person) -> None:
    (message,) = anna.send("x")
    assert await bot.set_message_reaction(anna.id, message.id, "👍")
    assert anna.world.transcript.signals[-1].value == "👍"
    with pytest.raises(BadRequest, match=r"(?i)REACTION_INVALID"):
        await bot.set_message_reaction(anna.id, message.id, "x")
    with pytest.raises(BadRequest, match=r"(?i)REACTIONS_TOO_MANY"):
        await bot.set_message_reaction(anna.id, message.id, ["👍", "👎"])
    with pytest.raises(BadRequest, match="Message to react not found"):
        await bot.set_message_reaction(anna.id, 1, "👍")


async def test_pressed_button_reaches_the_bot_and_is_answered_once(
    telegram: LocalTelegram, bot: Bot, anna: Person
) -> None:
    await bot.send_message(anna.id, "x", reply_markup=keyboard("data"))
    message = list(telegram.world.messages.values())[-1]
    boris = telegram.person("boris")
    boris.press(message, message.keyboard[0][0])
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query
    assert query.message
    assert (query.data, query.from_user.id) == ("data", boris.id)
    assert query.message.message_id == message.id
    assert await bot.answer_callback_query(query.id, "ok")
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await bot.answer_callback_query(query.id)


async def test_answer_to_a_button_is_short(bot: Bot) -> None:
    with pytest.raises(TelegramError, match=r"(?i)MESSAGE_TOO_LONG"):
        await bot.answer_callback_query("1", "x" * 201)


async def test_unknown_parse_mode_is_refused(bot: Bot, anna: Person) -> None:
    with pytest.raises(BadRequest, match="Unsupported parse_mode"):
        await bot.send_message(anna.id, "x", parse_mode="BBCode")
