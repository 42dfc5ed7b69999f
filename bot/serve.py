"""Starts and stops everything: the pool of jails, the application, a local Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.app import ALLOWED_UPDATES, App, build
from bot.backup import regularly
from bot.config import Settings, Telegram, private
from bot.course import course_name
from bot.errors import SetAside
from bot.folder import INBOX, PROGRESS, FolderHeld, held
from bot.inbox.queue import Inbox
from bot.local.ask import AskOptions, ask
from bot.local.people import COURSE_ID, user_id
from bot.local.server import LocalTelegram
from bot.local.terminal import chat
from bot.order import InOrder
from bot.upkeep import hourly
from engine.errors import CannotConfine, DatabaseError
from engine.jail.pool import Pool
from engine.progress.store import Progress

FAILED = 1
BAD_TOKEN = 2
INTERRUPTED = 130
GRACE_S = 5.0  # for the jobs that run when we are stopped, and for the polling to end
IMPATIENT_S = 0.5  # the same at a terminal, where one person waits who wants to leave
REPLY_S = 2.0  # for telling their users, once the pool has ended them
LEAVE_S = 2.0  # for the last request of the polling
HEARTBEAT_S = 20.0

logger = logging.getLogger(__name__)


def run(work: Coroutine[Any, Any, int]) -> int:
    """Run until it ends; SIGINT or SIGTERM stops it gracefully, once."""
    try:
        return asyncio.run(_stoppable(work))
    except (DatabaseError, FolderHeld) as error:
        print(f"tutor: {error}", file=sys.stderr)
        return FAILED


async def in_telegram(settings: Settings) -> int:
    """Answer in Telegram until stopped; returns the exit status."""
    try:
        async with _running(settings, _pool(settings), GRACE_S) as application:
            await _beat(application, settings.storage.path / "alive")
    except InvalidToken:
        logger.error("Telegram does not know this token: set telegram.token as @BotFather gave it")
        return BAD_TOKEN
    except asyncio.CancelledError:
        logger.info("stopped")
    return 0


async def in_terminal(settings: Settings, save: Path, *, unsafe: bool) -> int:
    """A chat in the terminal, over a Telegram of our own."""
    async with _local(settings, unsafe) as (telegram, idle):
        await chat(telegram, idle=idle, save=save)
    return 0


async def asked(
    settings: Settings, messages: Sequence[str], options: AskOptions, *, unsafe: bool
) -> int:
    """Send the messages over a Telegram of our own; returns 1 when one got no reply."""
    async with _local(settings, unsafe) as (telegram, idle):
        return await ask(telegram, messages, idle=idle, options=options, out=sys.stdout)


def _pool(settings: Settings, *, unsafe: bool = False) -> Pool:
    gpu = "cuda" if settings.gpu.use else None
    return Pool(settings.jail, private=private(settings), unsafe=unsafe, gpu=gpu)


@contextlib.asynccontextmanager
async def _local(
    settings: Settings, unsafe: bool
) -> AsyncIterator[tuple[LocalTelegram, Callable[[], Awaitable[None]]]]:
    async with LocalTelegram() as telegram:
        pool = _pool(settings, unsafe=unsafe)
        async with _running(_locally(settings, telegram), pool, IMPATIENT_S) as application:
            yield telegram, _order(application).idle


def _locally(settings: Settings, telegram: LocalTelegram) -> Settings:
    address = Telegram(
        token=SecretStr(telegram.token),
        base_url=telegram.base_url,
        base_file_url=telegram.base_file_url,
    )
    course = settings.course.model_copy(
        update={
            "instructors": [*settings.course.instructors, user_id("teacher")],
            "chat": COURSE_ID,
        }
    )
    return settings.model_copy(update={"telegram": address, "course": course})


async def _stoppable(work: Coroutine[Any, Any, int]) -> int:
    task = asyncio.create_task(work)

    def stop() -> None:
        if not task.cancelling():  # a second signal must not cut the clean-up short
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        return await task
    except asyncio.CancelledError:
        return INTERRUPTED


@contextlib.asynccontextmanager
async def _running(settings: Settings, pool: Pool, grace_s: float) -> AsyncIterator[App]:
    """The pool warms behind the bot's back: it answers at once, and says so."""
    assert settings.telegram.token is not None
    bot_id = int(settings.telegram.token.get_secret_value().partition(":")[0])
    folder = settings.storage.path
    with held(folder):
        course = course_name(settings.course, datetime.now(UTC))
        async with (
            await Inbox.open(folder / INBOX, bot_id) as inbox,
            await Progress.open(folder / PROGRESS, course=course, clock=time.time) as store,
        ):
            application = await build(settings, pool, inbox, store)
            async with (
                _beside(hourly(inbox, store.keeping, settings.privacy)),
                _beside(regularly(store.database, settings.backup)),
                _connected(application),
                _answering(application, inbox, pool, grace_s),
            ):
                yield application


@contextlib.asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


@contextlib.asynccontextmanager
async def _answering(
    application: App, inbox: Inbox, pool: Pool, grace_s: float
) -> AsyncIterator[None]:
    """Answer; at the end finish what can be finished soon, the rest waits in the inbox."""
    stopping: asyncio.Task[None] | None = None
    try:
        async with pool:
            watching = asyncio.create_task(_tell_readiness(pool))
            try:
                await _start(application, inbox, partial(_warm, pool))
                yield
            finally:
                watching.cancel()
                stopping = asyncio.create_task(_stop(application))
                await asyncio.wait({stopping}, timeout=grace_s)
    finally:
        if stopping is not None:
            await asyncio.wait({stopping}, timeout=REPLY_S)
            stopping.cancel()
            await _order(application).abandon()


def _order(application: App) -> InOrder:
    order = application.update_processor
    assert isinstance(order, InOrder)
    return order


@contextlib.asynccontextmanager
async def _connected(application: App) -> AsyncIterator[None]:
    try:
        await _initialize(application)
        yield
    finally:
        await application.shutdown()
        await application.bot.shutdown()  # open already when initializing failed half-way


async def _initialize(application: App) -> None:
    wait_s = 1.0
    while True:
        try:
            return await application.initialize()
        except (NetworkError, RetryAfter) as error:
            logger.warning("no way to Telegram yet", extra={"error": error, "again_in_s": wait_s})
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, 30.0)


async def _start(application: App, inbox: Inbox, warm: Callable[[], Awaitable[None]]) -> None:
    aside = await inbox.revive(application.bot, warm)
    await application.start()
    assert application.updater is not None
    await application.updater.start_polling(
        allowed_updates=ALLOWED_UPDATES, bootstrap_retries=-1, error_callback=_polling_failed
    )
    if application.post_init is not None:  # run_polling would do it, but not with our own stop
        await application.post_init(application)
    logger.info("answering", extra={"bot": application.bot.username})
    for update in aside:
        # Not waited for: its chat may have to be silent for an hour.
        application.create_task(application.process_error(update, SetAside()), update)


async def _stop(application: App) -> None:
    updater = application.updater
    if updater is not None and updater.running:
        with contextlib.suppress(TimeoutError):
            # Between two tries after an error the polling sleeps up to 30 s and hears nothing.
            async with asyncio.timeout(LEAVE_S):
                await updater.stop()
    if application.running:
        await application.stop()


def _polling_failed(error: TelegramError) -> None:
    if isinstance(error, Conflict):
        logger.error("another program answers with the same token: stop it or this one")
    else:
        logger.warning("polling failed, trying again", extra={"error": error})


async def _tell_readiness(pool: Pool) -> None:
    try:
        await pool.wait_ready()
        logger.info("jail ready")
    except CannotConfine as error:
        logger.error("no code is run", extra={"error": error})


async def _warm(pool: Pool) -> None:
    """Return when jobs are run, or are told that they never will be."""
    with contextlib.suppress(CannotConfine):
        await pool.wait_ready()


async def _beat(application: App, alive: Path) -> None:
    """Touch a file as long as Telegram answers us; a health check looks at its age."""
    while True:
        try:
            await application.bot.get_me()
            await asyncio.to_thread(alive.touch)
        except InvalidToken:
            raise
        except (TelegramError, OSError) as error:
            logger.warning("no heartbeat", extra={"error": error})
        await asyncio.sleep(HEARTBEAT_S)
