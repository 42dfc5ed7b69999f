"""The smallest bot that python-telegram-bot makes: the least that any start can take."""

from __future__ import annotations

import os

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters


async def _answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text("plain")


def main() -> None:
    application = (
        ApplicationBuilder()
        .token(os.environ["TUTOR_TELEGRAM__TOKEN"])
        .base_url(os.environ["TUTOR_TELEGRAM__BASE_URL"])
        .build()
    )
    application.add_handler(MessageHandler(filters.ALL, _answer))
    application.run_polling()


if __name__ == "__main__":
    main()
