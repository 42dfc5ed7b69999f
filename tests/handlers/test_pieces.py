"""A message that the client cut is whole again, and nobody else's message is swallowed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram import Message, Update

from handlers.pieces import MOST, NEARLY, REMEMBERED, Pieces
from handlers.source import read

AGES_S = 60.0  # no test waits for it: the continuation comes first
SENDER = {"id": 1, "is_bot": False, "first_name": "А"}
OTHER = {"id": 2, "is_bot": False, "first_name": "Б"}


def update(number: int, text: str, /, **more: Any) -> Update:
    chat = {"id": -5, "type": "supergroup"}
    body = {"message_id": number, "date": 1, "chat": chat, "from": SENDER, "text": text}
    return Update(number, message=Message.de_json({**body, **more}, None))


def lines(length: int, end: str = "x = 1") -> str:
    """A command of so many UTF-16 units whose last line is `end`."""
    start = "/eval x = '🐍'\n"
    return start + "#" * (length - len(start) - 2 - len(end)) + "\n" + end


FIRST = update(1, lines(NEARLY))


async def whole(pieces: Pieces, first: Update) -> str:
    assert first.message
    return await pieces.whole(first.message, read(first.message).text)


async def sent(*updates: Update, wait_s: float = AGES_S) -> str:
    """The first update's text when the others come while it is handled."""
    pieces = Pieces(wait_s)
    assert not pieces.take(updates[0])
    assert not pieces.took(updates[0])
    handler = asyncio.create_task(whole(pieces, updates[0]))
    await asyncio.sleep(0)
    for later in updates[1:]:
        assert pieces.take(later)
        assert pieces.took(later)
    return await handler


def text_of(update: Update) -> str:
    assert update.message
    return read(update.message).text


async def test_a_short_message_waits_for_nothing() -> None:
    assert await sent(update(1, lines(NEARLY - 1))) == lines(NEARLY - 1).partition(" ")[2]


async def test_a_long_message_without_continuation_is_itself() -> None:
    pieces = Pieces(0.01)
    assert await whole(pieces, FIRST) == text_of(FIRST)
    assert not pieces.take(update(2, "y"))


async def test_two_parts_are_joined_by_the_line_end_that_was_trimmed() -> None:
    assert await sent(FIRST, update(2, "y = 2")) == text_of(FIRST) + "\ny = 2"


async def test_a_part_full_to_the_last_unit_was_cut_inside_a_line() -> None:
    first = update(1, lines(MOST, "x = 12"))
    assert await sent(first, update(2, "34\ny")) == text_of(first) + "34\ny"


async def test_three_parts_are_joined() -> None:
    second = update(2, "#" * NEARLY)
    text = await sent(FIRST, second, update(3, "z"))
    assert text == text_of(FIRST) + "\n" + "#" * NEARLY + "\nz"


@pytest.mark.parametrize(
    ("sent_rest", "rest"),
    [
        ("y = 1\n    return y", "    y = 1\n    return y"),
        ("y = 1\n\n        return y\nz", "        y = 1\n\n        return y\nz"),
        ("if y:  # да\n    z", "if y:  # да\n    z"),
        ("f(\n    z)", "f(\n    z)"),
        ("y = 1\nz", "y = 1\nz"),
        ("y", "y"),
    ],
)
async def test_a_trimmed_indentation_is_put_back_where_it_shows(sent_rest: str, rest: str) -> None:
    assert (await sent(FIRST, update(2, sent_rest))).endswith(f"x = 1\n{rest}")


async def test_a_block_keeps_its_indentation() -> None:
    text = "    if y:\n  z"
    block = {"type": "pre", "offset": 0, "length": len(text)}
    assert (await sent(FIRST, update(2, text, entities=[block]))).endswith("x = 1\n" + text)


async def test_marks_in_a_continuation_are_put_back() -> None:
    bold = {"type": "bold", "offset": 2, "length": 1}
    assert (await sent(FIRST, update(2, "x 3", entities=[bold]))).endswith("\nx **3**")


async def test_a_continuation_may_come_before_the_handler() -> None:
    pieces = Pieces(AGES_S)
    pieces.take(FIRST)
    assert pieces.take(update(2, "y"))
    assert pieces.took(update(2, "y"))
    assert await whole(pieces, FIRST) == text_of(FIRST) + "\ny"


async def test_two_long_commands_each_get_their_own() -> None:
    pieces = Pieces(AGES_S)
    another = update(3, lines(NEARLY))
    for arrived in (FIRST, update(2, "y"), another, update(4, "z")):
        pieces.take(arrived)
    assert (await whole(pieces, FIRST)).endswith("\ny")
    assert (await whole(pieces, another)).endswith("\nz")


async def test_two_long_commands_that_come_at_once_each_get_their_own() -> None:
    pieces = Pieces(AGES_S)
    another = update(3, lines(NEARLY))
    assert [pieces.take(each) for each in (FIRST, update(2, "y"), another, update(4, "z"))] == [
        *(None, FIRST.update_id, None, another.update_id)
    ]
    assert (await whole(pieces, FIRST)).endswith("\ny")
    assert (await whole(pieces, another)).endswith("\nz")


REPLIED = {"message_id": 9, "date": 1, "chat": {"id": -5, "type": "supergroup"}, "from": OTHER}


@pytest.mark.parametrize(
    "more",
    [
        {"from": OTHER},
        {"chat": {"id": -6, "type": "supergroup"}},
        {"message_thread_id": 3, "is_topic_message": True},
        {"text": "/reset"},
        {"reply_to_message": {**REPLIED, "text": "?"}},
        {"forward_origin": {"type": "user", "date": 1, "sender_user": OTHER}},
        {"text": None, "caption": "y"},
        {"from": None},
    ],
)
async def test_what_is_no_continuation_goes_its_own_way(more: dict[str, Any]) -> None:
    pieces = Pieces(AGES_S)
    pieces.take(FIRST)
    other = update(2, "y", **more)
    assert not pieces.take(other)
    assert not pieces.took(other)


async def test_in_a_topic_the_formal_reply_to_its_start_is_none() -> None:
    created = {**REPLIED, "forum_topic_created": {"name": "Неделя 1", "icon_color": 1}}
    topic = {"message_thread_id": 3, "is_topic_message": True, "reply_to_message": created}
    first = update(1, lines(NEARLY), **topic)
    assert (await sent(first, update(2, "y", **topic))).endswith("\ny")


async def test_after_the_last_part_nothing_is_expected() -> None:
    pieces = Pieces(AGES_S)
    for arrived in (FIRST, update(2, "y")):
        pieces.take(arrived)
    assert not pieces.take(update(3, "z"))
    assert not pieces.took(update(3, "z"))


async def test_an_edit_and_an_unknown_object_are_no_part() -> None:
    pieces = Pieces(AGES_S)
    pieces.take(FIRST)
    edit = Update(2, edited_message=update(2, "y").message)
    assert not pieces.take(edit)
    assert not pieces.took(edit)
    assert not pieces.take(object())


async def test_an_edited_long_message_waits_for_nothing() -> None:
    first = update(1, lines(NEARLY), edit_date=2)
    assert await whole(Pieces(AGES_S), first) == text_of(first)


async def test_long_messages_that_nobody_asks_for_are_forgotten() -> None:
    pieces = Pieces(AGES_S)
    for number in range(REMEMBERED + 1):
        sender = {**SENDER, "id": 100 + number}
        pieces.take(update(1 + number, lines(NEARLY), **{"from": sender}))
    assert not pieces.take(update(900, "y", **{"from": {**SENDER, "id": 100}}))
    assert pieces.take(update(901, "y", **{"from": {**SENDER, "id": 101}}))


async def test_long_message_that_came_long_ago_waits_for_nothing() -> None:
    assert await whole(Pieces(AGES_S), FIRST) == text_of(FIRST)


PRIVATE = {"chat": {"id": 1, "type": "private"}}


def plain(number: int, length: int, **more: Any) -> Update:
    return update(number, lines(length).removeprefix("/eval "), **{**PRIVATE, **more})


async def test_in_private_a_long_text_needs_no_command() -> None:
    first = plain(1, NEARLY + 6)
    assert await sent(first, plain(2, NEARLY + 6), update(3, "z", **PRIVATE)) == "\n".join(
        [text_of(first), text_of(plain(2, NEARLY + 6)), "z"]
    )


async def test_what_others_say_at_length_in_a_group_continues_nothing() -> None:
    pieces = Pieces(AGES_S)
    pieces.take(update(1, lines(NEARLY + 6).removeprefix("/eval ")))
    assert not pieces.take(update(2, "y"))


async def test_a_long_text_that_was_forwarded_is_whole() -> None:
    pieces = Pieces(AGES_S)
    origin = {"type": "user", "date": 1, "sender_user": OTHER}
    pieces.take(plain(1, NEARLY + 6, forward_origin=origin))
    assert not pieces.take(update(2, "y", **PRIVATE))


async def test_a_text_made_whole_can_be_asked_for_again() -> None:
    pieces = Pieces(AGES_S)
    for arrived in (FIRST, update(2, "y = 2")):
        pieces.take(arrived)
    once = await whole(pieces, FIRST)
    assert await whole(pieces, FIRST) == once == text_of(FIRST) + "\ny = 2"
    assert await whole(pieces, update(1, lines(NEARLY), edit_date=2)) == text_of(FIRST)
