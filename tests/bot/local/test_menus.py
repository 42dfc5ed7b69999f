from __future__ import annotations

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatMember,
)
from telegram.error import BadRequest

from bot.local.person import Person

START = BotCommand("start", "Начать")


async def test_commands_are_kept_by_scope_and_language(bot: Bot, anna: Person) -> None:
    groups, private = BotCommandScopeAllGroupChats(), BotCommandScopeAllPrivateChats()
    english = BotCommand("start", "Begin")
    await bot.set_my_commands([START], scope=private)
    await bot.set_my_commands([english], scope=private, language_code="en")
    assert await bot.get_my_commands(private) == (START,)
    assert await bot.get_my_commands(private, language_code="en") == (english,)
    assert await bot.get_my_commands(groups) == await bot.get_my_commands() == ()
    await bot.delete_my_commands(private)
    assert await bot.get_my_commands(private) == ()
    own = BotCommandScopeChatMember(anna.id, anna.id)
    await bot.set_my_commands([START], scope=own)
    assert await bot.get_my_commands(own) == (START,)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (BotCommand("Start", "x"), "BOT_COMMAND_INVALID"),
        (BotCommand("при", "x"), "BOT_COMMAND_INVALID"),
        (BotCommand("", "x"), "command must be non-empty"),
        (BotCommand("x" * 33, "x"), "command length must not exceed 32"),
        (BotCommand("x", " "), "command description must be non-empty"),
        (BotCommand("x", "x" * 257), "command description length must not exceed 256"),
    ],
)
async def test_bad_command_is_refused(bot: Bot, command: BotCommand, reason: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){reason}"):
        await bot.set_my_commands([command])


async def test_over_a_hundred_commands_are_refused(bot: Bot) -> None:
    assert await bot.set_my_commands([BotCommand(f"c{n}", "x") for n in range(100)])
    with pytest.raises(BadRequest, match=r"(?i)BOT_COMMANDS_TOO_MUCH"):
        await bot.set_my_commands([BotCommand(f"c{n}", "x") for n in range(101)])


async def test_unknown_scope_language_and_chat_are_refused(
    bot: Bot, raw: httpx.AsyncClient
) -> None:
    with pytest.raises(BadRequest, match="Invalid language code specified"):
        await bot.get_my_commands(language_code="russian")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.get_my_commands(BotCommandScopeChat(1))
    for scope in ('{"type": "nowhere"}', '{"type": "chat"}'):
        answer = await raw.post("getMyCommands", data={"scope": scope})
        assert answer.status_code == 400
    for commands in ("1", "[1]"):
        answer = await raw.post("setMyCommands", data={"commands": commands})
        assert answer.status_code == 400


async def test_texts_about_the_bot_are_kept_by_language(bot: Bot) -> None:
    await bot.set_my_description("Бот", None)
    await bot.set_my_description("Bot", "en")
    await bot.set_my_short_description("Короче")
    await bot.set_my_name("Тензоры")
    assert (await bot.get_my_description("en")).description == "Bot"
    assert (await bot.get_my_description("de")).description == "Бот"
    assert (await bot.get_my_short_description()).short_description == "Короче"
    assert (await bot.get_my_name()).name == "Тензоры"


async def test_long_texts_about_the_bot_are_refused(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="description is too long"):
        await bot.set_my_description("x" * 513)
    with pytest.raises(BadRequest, match="short description is too long"):
        await bot.set_my_short_description("x" * 121)
    with pytest.raises(BadRequest, match="name is too long"):
        await bot.set_my_name("x" * 65)
