"""A tiny application: repeats what it is told, and does a few tricks on request."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import ApplicationBuilder, ContextTypes, TypeHandler
from telegram.request import HTTPXRequest

from bot.local.server import LocalTelegram
from tests.bot.local.pictures import png

_BUTTONS = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Ещё раз", callback_data="again"),
            InlineKeyboardButton("Молча", callback_data="silent"),
            InlineKeyboardButton("Никак", callback_data="never"),
        ],
        [InlineKeyboardButton("В личный чат", url="https://t.me/tensor_tutor_bot?start=hello")],
    ]
)


def plain_request() -> HTTPXRequest:
    # Reading the certificates of the world takes longer than any test here.
    return HTTPXRequest(connection_pool_size=8, httpx_kwargs={"verify": False})


@contextlib.asynccontextmanager
async def running(telegram: LocalTelegram) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    builder = ApplicationBuilder().token(telegram.token).base_url(telegram.base_url)
    builder = builder.base_file_url(telegram.base_file_url)
    app = builder.request(plain_request()).get_updates_request(plain_request()).build()
    app.add_handler(TypeHandler(Update, _handle))
    assert app.updater is not None
    async with app:
        await app.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        await app.start()
        yield app.update_queue.join
        await app.updater.stop()
        await app.stop()


async def _handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.callback_query:
        await _pressed(update)
    elif update.edited_message:
        await _answer(update.edited_message, f"правка: {update.edited_message.text}")
    elif update.message:
        await _written(update.message)


async def _pressed(update: Update) -> None:
    query = update.callback_query
    assert query is not None
    if query.data == "again":
        await query.answer("готово")
        await query.edit_message_text(f"нажато: {query.from_user.first_name}")
    elif query.data == "silent":
        await query.answer()


async def _written(message: Message) -> None:
    text = message.text or message.caption or ""
    match text:
        case "/nothing":
            return
        case "/photo":
            await message.reply_photo(png(4, 3), caption="картинка")
        case "/file":
            await message.reply_document(b"1\n", filename="out.txt")
        case "/progress":
            line = await message.reply_text("считаю")
            await line.edit_text("посчитано")
        case "/gone":
            line = await message.reply_text("лишнее")
            await line.delete()
        case _:
            await _answer(message, text)


async def _answer(message: Message, text: str) -> None:
    to = message.reply_to_message
    about = f" (в ответ на: {to.text})" if to and to.text else ""
    more: dict[str, Any] = {"reply_markup": _BUTTONS, "do_quote": True}
    await message.reply_text(f"{text}{about}", **more)
