"""What Telegram shows of the bot, per scope and language."""

from __future__ import annotations

import pytest
from telegram import (
    Bot,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)

from bot.local.errors import ApiError
from tests.handlers.talk import Talk

PRIVATE, GROUPS = BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats()


async def announced(talk: Talk) -> Bot:
    assert talk.application.post_init is not None
    await talk.application.post_init(talk.application)
    bot: Bot = talk.application.bot
    return bot


async def test_private_menu_has_every_command(talk: Talk) -> None:
    menu = await (await announced(talk)).get_my_commands(PRIVATE)

    assert [command.command for command in menu] == [
        "start",
        "eval",
        "shape",
        "broadcast",
        "grad",
        "graph",
        "root",
        "timeit",
        "reset",
        "progress",
        "mydata",
        "forget",
        "language",
        "help",
    ]
    assert menu[1].description == "выполнить ячейку"


async def test_group_menu_has_what_a_group_needs(talk: Talk) -> None:
    menu = await (await announced(talk)).get_my_commands(GROUPS)

    assert "start" not in [command.command for command in menu]


async def test_instructor_has_the_instructors_commands_in_their_own_chat_alone(talk: Talk) -> None:
    bot, teacher = await announced(talk), talk.telegram.world.teacher

    for language in (None, "ru", "en"):
        own = await bot.get_my_commands(BotCommandScopeChat(teacher.id), language)
        shared = await bot.get_my_commands(PRIVATE, language)
        assert list(own[: len(shared)]) == list(shared)
        assert [command.command for command in own[len(shared) :]] == ["roster"]
    for scope in (PRIVATE, GROUPS, BotCommandScopeChat(talk.person.id)):
        assert "roster" not in [command.command for command in await bot.get_my_commands(scope)]


async def test_instructor_whose_chat_was_unknown_gets_the_menu_by_start(talk: Talk) -> None:
    talk.person = talk.telegram.person("teacher")
    assert await talk.application.bot.get_my_commands(BotCommandScopeChat(talk.person.id)) == ()

    await talk.say("/start")

    menu = await talk.application.bot.get_my_commands(BotCommandScopeChat(talk.person.id))
    assert "roster" in [command.command for command in menu]


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "ячейку"), ("en", "cell"), (None, "ячейку")]
)
async def test_menu_speaks_the_language(talk: Talk, language: str | None, words: str) -> None:
    menu = await (await announced(talk)).get_my_commands(PRIVATE, language)

    assert words in menu[1].description


async def test_descriptions_fit_and_speak_the_language(talk: Talk) -> None:
    bot = await announced(talk)
    russian, english = await bot.get_my_description(), await bot.get_my_description("en")
    short = await bot.get_my_short_description()

    assert "семинар" in russian.description
    assert "seminar" in english.description
    assert 0 < len(short.short_description) <= 120


async def test_nothing_is_sent_that_is_already_shown(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    await announced(talk)
    for method in ("setMyCommands", "setMyDescription", "setMyShortDescription"):
        talk.telegram.faults.plan(method, ApiError(400, "Bad Request: sent again"), 1)

    await announced(talk)

    assert "sent again" not in caplog.text


async def test_failure_is_logged_and_no_more(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    talk.telegram.faults.plan("getMyCommands", ApiError(400, "Bad Request: no"), 1)

    await announced(talk)

    assert "menus and descriptions not updated" in caplog.text
