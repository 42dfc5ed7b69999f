"""A person in conversation with the application, over the local Telegram."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import build
from bot.config import Chat, Course, Settings, Telegram
from bot.inbox.queue import Inbox
from bot.local.people import COURSE_ID, user_id
from bot.local.server import LocalTelegram
from engine.progress.store import Progress
from handlers.reply import Pace
from tests.handlers.fake_pool import FakePool
from tests.handlers.store import opened, with_readers
from tests.handlers.talk import Talk

NEVER = Pace(60, 60, 60)  # no progress line unless a test asks for it
OLD_HANDS = ("anna", "boris", "john", "teacher")  # they have read what is kept about them


@pytest.fixture
def fake_pool() -> FakePool:
    return FakePool()


@pytest.fixture
def pace() -> Pace:
    return NEVER


@pytest.fixture(scope="session")
def file_with_readers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_readers(tmp_path_factory.mktemp("progress"), OLD_HANDS)


@pytest.fixture
async def store(tmp_path: Path, file_with_readers: Path) -> AsyncIterator[Progress]:
    shutil.copy(file_with_readers, tmp_path)
    async with await opened(tmp_path) as store:
        yield store


@pytest.fixture
def settings() -> Settings:
    course = Course(instructors=[user_id("teacher")], chat=COURSE_ID)
    return Settings(course=course, chat=Chat(commands_per_minute=30))


@pytest.fixture
async def talk(
    fake_pool: FakePool, inbox: Inbox, store: Progress, settings: Settings, pace: Pace
) -> AsyncIterator[Talk]:
    async with LocalTelegram() as telegram:
        account = Telegram(
            token=SecretStr(telegram.token),
            base_url=telegram.base_url,
            base_file_url=telegram.base_file_url,
        )
        settings = settings.model_copy(update={"telegram": account})
        application = await build(settings, fake_pool, inbox, store, pace)
        async with application:
            yield Talk(telegram, application, fake_pool, telegram.person("anna", "ru"))
