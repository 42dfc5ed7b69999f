"""What Telegram itself shows of the bot: the menu of commands and its descriptions."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import Protocol

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

from handlers import help
from handlers.words import LANGUAGES, Say, Words

log = logging.getLogger(__name__)


class Command(help.Command, Protocol):
    """What a menu shows of a command."""

    @property
    def in_groups(self) -> bool:
        """Whether a group's menu has it too."""


async def announce(
    bot: Bot,
    commands: Sequence[Command],
    words: Words,
    default: str,
    instructors: Collection[int] = (),
) -> None:
    """Tell Telegram what differs from what it shows; a failure is logged and nothing more.

    People whose language is none of ours see the words of `default`.
    """
    try:
        for language, code in _shown(default):
            await _menus(bot, commands, words(language), code)
            await _descriptions(bot, words(language), code)
    except TelegramError as error:
        log.warning("menus and descriptions not updated: %s", error)
    for instructor in instructors:
        await announce_to(instructor, bot, commands, words, default)


async def announce_to(
    instructor: int, bot: Bot, commands: Sequence[Command], words: Words, default: str
) -> None:
    """Show an instructor every command in their own chat; before they wrote to us there is none."""
    try:
        for language, code in _shown(default):
            scope = BotCommandScopeChat(instructor)
            await _menu(bot, commands, words(language), code, scope)
    except TelegramError as error:
        log.info("no menu for instructor %s: %s", instructor, error)


def _shown(default: str) -> list[tuple[str, str | None]]:
    """Each language with the code under which Telegram keeps it; None: for all other people."""
    return [(default, None), *((language, language) for language in LANGUAGES)]


async def _menus(bot: Bot, commands: Sequence[Command], say: Say, code: str | None) -> None:
    everyones = [command for command in commands if not command.for_instructors]
    shared = [command for command in everyones if command.in_groups]
    await _menu(bot, everyones, say, code, BotCommandScopeAllPrivateChats())
    await _menu(bot, shared, say, code, BotCommandScopeAllGroupChats())


async def _menu(
    bot: Bot, commands: Sequence[Command], say: Say, code: str | None, scope: BotCommandScope
) -> None:
    menu = [BotCommand(c.name, say(c.brief).unescape()) for c in commands]
    if list(await bot.get_my_commands(scope, code)) != menu:
        await bot.set_my_commands(menu, scope, code)


async def _descriptions(bot: Bot, say: Say, code: str | None) -> None:
    description = say("bot.description").unescape()
    if (await bot.get_my_description(code)).description != description:
        await bot.set_my_description(description, code)
    short = say("bot.short_description").unescape()
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, code)
