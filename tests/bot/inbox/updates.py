"""Updates as the local Telegram hands them over."""

from __future__ import annotations

from telegram import Bot, Update

from bot.local.people import BOT_ID
from bot.local.server import LocalTelegram

BOT = Bot(f"{BOT_ID}:AAEhBOweik6ad9r_QXMENQjcrGbqCr4Kabc")


async def handed_over(telegram: LocalTelegram) -> list[Update]:
    """What the bot has not confirmed."""
    told = await telegram.world.updates.take(0, 100, 0, None)
    return [Update.de_json(update, BOT) for update in told]


async def said(*texts: str) -> list[Update]:
    """Updates with these texts, all of one person."""
    telegram = LocalTelegram()
    anna = telegram.person("anna")
    for text in texts:
        anna.send(text)
    return await handed_over(telegram)
