"""What Telegram itself shows of the bot: the menu of commands and its descriptions."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

from handlers import help
from handlers.words import LANGUAGES, Say, Words

log = logging.getLogger(__name__)


class Command(help.Command, Protocol):
    """What a menu shows of a command."""

    @property
    def in_groups(self) -> bool:
        """Whether a group's menu has it too."""


async def announce(bot: Bot, commands: Sequence[Command], words: Words, default: str) -> None:
    """Tell Telegram what differs from what it shows; a failure is logged and nothing more.

    People whose language is none of ours see the words of `default`.
    """
    shown: list[tuple[str, str | None]] = [
        (default, None),
        *((language, language) for language in LANGUAGES),
    ]
    try:
        for language, code in shown:
            await _menus(bot, commands, words(language), code)
            await _descriptions(bot, words(language), code)
    except TelegramError as error:
        log.warning("menus and descriptions not updated: %s", error)


async def _menus(bot: Bot, commands: Sequence[Command], say: Say, code: str | None) -> None:
    everything = [BotCommand(c.name, say(c.brief).unescape()) for c in commands]
    shared = [BotCommand(c.name, say(c.brief).unescape()) for c in commands if c.in_groups]
    for scope, menu in (
        (BotCommandScopeAllPrivateChats(), everything),
        (BotCommandScopeAllGroupChats(), shared),
    ):
        if list(await bot.get_my_commands(scope, code)) != menu:
            await bot.set_my_commands(menu, scope, code)


async def _descriptions(bot: Bot, say: Say, code: str | None) -> None:
    description = say("bot.description").unescape()
    if (await bot.get_my_description(code)).description != description:
        await bot.set_my_description(description, code)
    short = say("bot.short_description").unescape()
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, code)
