"""A person in conversation with the application, over the local Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.app import build
from bot.config import Chat, Course, Settings, Telegram
from bot.inbox.queue import Inbox
from bot.local.server import LocalTelegram
from handlers.reply import Pace
from tests.handlers.fake_pool import FakePool
from tests.handlers.talk import Talk

NEVER = Pace(60, 60, 60)  # no progress line unless a test asks for it


@pytest.fixture
def fake_pool() -> FakePool:
    return FakePool()


@pytest.fixture
def pace() -> Pace:
    return NEVER


@pytest.fixture
async def talk(fake_pool: FakePool, inbox: Inbox, pace: Pace) -> AsyncIterator[Talk]:
    async with LocalTelegram() as telegram:
        address = Telegram(
            token=SecretStr(telegram.token),
            base_url=telegram.base_url,
            base_file_url=telegram.base_file_url,
        )
        course = Course(instructors=[telegram.world.teacher.id])
        settings = Settings(telegram=address, course=course, chat=Chat(commands_per_minute=30))
        application = build(settings, fake_pool, inbox, pace)
        async with application:
            yield Talk(telegram, application, fake_pool, telegram.person("anna", "ru"))
