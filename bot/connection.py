"""How the application speaks with Telegram: addresses, connections, patience, defaults."""

from __future__ import annotations

import ssl
from functools import cache
from typing import Any, Final

import httpx
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.ext import ApplicationBuilder, Defaults
from telegram.request import HTTPXRequest

from bot.config import Telegram
from bot.patience import Patience

CONNECTIONS: Final = 32
CONNECTION_WAIT_S: Final = 30.0
ANSWER_WAIT_S: Final = 15.0  # after it nobody knows whether a message has arrived


def builder(token: str, telegram: Telegram) -> ApplicationBuilder[Any, Any, Any, Any, Any, Any]:
    """An application in the making that only lacks what it does."""
    return (
        ApplicationBuilder()
        .token(token)
        .base_url(telegram.base_url)
        .base_file_url(telegram.base_file_url)
        .request(_request(CONNECTIONS))
        .get_updates_request(_request(2))
        .rate_limiter(Patience())
        .job_queue(None)
        .defaults(
            Defaults(
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )
    )


def _request(connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        pool_timeout=CONNECTION_WAIT_S,
        read_timeout=ANSWER_WAIT_S,
        httpx_kwargs={"verify": _certificates()},
    )


@cache
def _certificates() -> ssl.SSLContext:
    # A tenth of a second to read: once, not for every pool of connections.
    return httpx.create_ssl_context()
