"""What Telegram shows of the bot, per scope and language."""

from __future__ import annotations

import pytest
from telegram import Bot, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats

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
