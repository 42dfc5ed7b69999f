"""The tutor's own application with one more handler, asked first, that answers a constant.

With the argument `unkept` its inbox keeps nothing.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from telegram import Update
from telegram.ext import ApplicationHandlerStop, ContextTypes, MessageHandler, filters

from bot import config, serve
from bot.app import ALLOWED_UPDATES, build
from bot.folder import INBOX
from bot.inbox.queue import Inbox
from engine.jail.pool import Pool
from engine.progress.store import Progress
from tests.benchmarks.unkept import Unkept
from tests.handlers.store import opened

BEFORE_ALL = -1000
REST = {
    "broadcast": 10 * "a <b>constant</b> of letters, <code>digits: 0123456789</code>, and words\n",
    "eval": 8 * "constant · ",
}


def main() -> int:
    return serve.run(_answer_until_stopped(config.load()))


async def _answer_until_stopped(settings: config.Settings) -> int:
    assert settings.telegram.token is not None
    bot_id = int(settings.telegram.token.get_secret_value().partition(":")[0])
    folder = settings.storage.path
    kept = sys.argv[1:] != ["unkept"]
    opening = await Inbox.open(folder / INBOX, bot_id) if kept else Unkept()
    async with opening as inbox, await opened(folder) as store:
        return await _answering(settings, inbox, store)


async def _answering(settings: config.Settings, inbox: Inbox, store: Progress) -> int:
    pool = Pool(settings.jail, private=config.private(settings))
    application = await build(settings, pool, inbox, store)
    constant: MessageHandler[Any, Any] = MessageHandler(filters.Regex("^/constant "), _answer)
    application.add_handler(constant, BEFORE_ALL)
    assert application.updater is not None
    async with pool, application:
        await application.start()
        await application.updater.start_polling(allowed_updates=ALLOWED_UPDATES)
        try:
            await asyncio.Event().wait()
        finally:
            await application.updater.stop()
            await application.stop()
    return 0


async def _answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    message = update.effective_message
    assert message is not None
    assert message.text is not None
    # As long as a real answer, with the number by which the benchmark knows it.
    _, number, like = message.text.split()
    await message.reply_text(f"<pre>{number}</pre>\n\nshape () · rank 0 · " + REST[like])
    raise ApplicationHandlerStop


if __name__ == "__main__":
    sys.exit(main())
