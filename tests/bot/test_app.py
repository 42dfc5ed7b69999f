"""The assembly: what is built, and what each update meets in which order."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from telegram import Update
from telegram.constants import ParseMode
from telegram.ext import CallbackQueryHandler, ExtBot

from bot.app import ALLOWED_UPDATES, build
from bot.config import Settings
from bot.inbox.queue import Inbox
from bot.local.transcript import Call
from bot.order import InOrder
from engine.progress.store import Progress
from handlers.words import Words
from tests.handlers.fake_pool import FakePool
from tests.handlers.talk import Talk, shown

PROJECT = Path(__file__).resolve().parents[2]
COMMANDS = ("start", "eval", "reset", "progress", "mydata", "forget", "language", "help")


async def test_token_is_required(fake_pool: FakePool, inbox: Inbox, store: Progress) -> None:
    with pytest.raises(ValueError, match=r"telegram\.token"):
        await build(Settings(), fake_pool, inbox, store)


async def test_only_updates_that_are_handled_are_asked_for() -> None:
    assert set(ALLOWED_UPDATES) == {"message", "edited_message", "callback_query"}


async def test_replies_are_html_without_previews_and_many_at_once(talk: Talk) -> None:
    bot = talk.application.bot
    assert isinstance(bot, ExtBot)
    assert bot.defaults is not None

    assert bot.defaults.parse_mode == ParseMode.HTML
    assert bot.defaults.link_preview_options is not None
    assert bot.defaults.link_preview_options.is_disabled
    assert isinstance(talk.application.update_processor, InOrder)


async def test_nothing_is_kept_in_the_shared_dictionaries(talk: Talk) -> None:
    await talk.say("/eval 1")

    assert talk.application.bot_data == {}
    assert talk.application.chat_data == {}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("form", ["/{}", "/{}@Tensor_Tutor_Bot", "/{} ", "/{}\n"])
async def test_every_command_is_answered_in_private_and_in_a_group(
    talk: Talk, name: str, form: str
) -> None:
    assert await talk.say(form.format(name))
    assert await talk.say(form.format(name), chat=talk.course)


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_every_command_is_explained(talk: Talk, language: str) -> None:
    say = Words()(language)
    for name in COMMANDS:
        assert say(f"{name}.manual").unescape().startswith(f"<b>/{name}")
        assert len(say(f"{name}.brief")) <= 40


async def test_readme_knows_every_command() -> None:
    readme = (PROJECT / "README.md").read_text()

    assert [name for name in COMMANDS if f"/{name}" not in readme] == []


async def test_buttons_are_guarded_before_they_act(talk: Talk) -> None:
    groups = talk.application.handlers
    guards = [
        group
        for group, handlers in groups.items()
        if group < 0
        if isinstance(handlers[0], CallbackQueryHandler)
    ]

    assert guards
    assert all(len(handlers) == 1 for group, handlers in groups.items() if group < 0)


async def test_people_are_answered_side_by_side(talk: Talk) -> None:
    talk.pool.gate.clear()
    talk.person.send("/eval slow()")
    tasks = talk.handling(await talk.updates())
    await talk.pool.started.wait()

    (call,) = await _said_by(talk, "boris", "/help")
    talk.pool.gate.set()
    await asyncio.gather(*tasks)

    assert "/eval" in shown(call)


async def test_cells_of_one_person_run_in_order(talk: Talk) -> None:
    for n in range(5):
        talk.person.send(f"/eval {n}")
    await talk.handled()

    assert talk.pool.sources == ["0", "1", "2", "3", "4"]


async def test_flood_control_is_waited_out(talk: Talk) -> None:
    talk.telegram.provoke_429("sendMessage", retry_after=1)

    (call,) = await talk.say("/eval 1")

    assert shown(call) == "42"


async def test_update_about_nothing_we_handle_does_nothing(talk: Talk) -> None:
    await talk.application.process_update(Update(1))

    assert talk.telegram.transcript.calls == []


async def _said_by(talk: Talk, name: str, text: str) -> list[Call]:
    other = Talk(talk.telegram, talk.application, talk.pool, talk.telegram.person(name))
    return await other.say(text)
