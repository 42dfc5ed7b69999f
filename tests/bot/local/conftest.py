"""A local Telegram per test, and python-telegram-bot talking to it over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import Bot

from bot.local.person import Person
from bot.local.server import LocalTelegram
from tests.bot.local.echo import plain_request, running


@pytest.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram() as telegram:
        yield telegram


@pytest.fixture
async def bot(telegram: LocalTelegram) -> AsyncIterator[Bot]:
    async with Bot(
        telegram.token,
        base_url=telegram.base_url,
        base_file_url=telegram.base_file_url,
        request=plain_request(),
        get_updates_request=plain_request(),
    ) as bot:
        yield bot


@pytest.fixture
async def raw(telegram: LocalTelegram) -> AsyncIterator[httpx.AsyncClient]:
    """A client of no library, for requests that no library would send."""
    address = f"{telegram.base_url}{telegram.token}/"
    async with httpx.AsyncClient(base_url=address, timeout=10, verify=False) as client:
        yield client


@pytest.fixture
def anna(telegram: LocalTelegram) -> Person:
    """Somebody who has written to the bot."""
    person = telegram.person("anna")
    person.send("/start")
    telegram.world.updates.drop()
    return person


@pytest.fixture
async def idle(telegram: LocalTelegram) -> AsyncIterator[object]:
    """The echo application runs; the value waits until it is done."""
    async with running(telegram) as idle:
        yield idle
