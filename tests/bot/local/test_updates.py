from __future__ import annotations

import asyncio

import httpx
import pytest
from telegram import Bot
from telegram.error import Conflict

from bot.local.people import user_id
from bot.local.person import Person
from bot.local.server import LocalTelegram
from bot.local.updates import KEPT_S, Updates


async def test_updates_come_in_order_with_growing_ids(bot: Bot, anna: Person) -> None:
    for text in "abc":
        anna.send(text)
    updates = await bot.get_updates()
    assert [u.message.text for u in updates if u.message] == ["a", "b", "c"]
    ids = [u.update_id for u in updates]
    assert ids == sorted(set(ids))


async def test_unconfirmed_updates_come_again_and_confirmed_ones_do_not(
    bot: Bot, anna: Person
) -> None:
    anna.send("a")
    anna.send("b")
    first, second = await bot.get_updates()
    assert await bot.get_updates() == (first, second)
    assert await bot.get_updates(offset=second.update_id) == (second,)
    assert await bot.get_updates() == (second,)


async def test_negative_offset_keeps_the_last(bot: Bot, anna: Person) -> None:
    for text in "abc":
        anna.send(text)
    (last,) = await bot.get_updates(offset=-1)
    assert last.message
    assert last.message.text == "c"
    assert await bot.get_updates() == (last,)


async def test_limit_is_kept(bot: Bot, anna: Person) -> None:
    for text in "abc":
        anna.send(text)
    assert len(await bot.get_updates(limit=2)) == 2


async def test_long_poll_returns_when_something_happens(bot: Bot, anna: Person) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=10))
    await anna.world.updates.polled()
    anna.send("a")
    (update,) = await poll
    assert update.effective_message
    assert update.effective_message.text == "a"


async def test_second_poll_ends_the_first_with_a_conflict(
    bot: Bot, raw: httpx.AsyncClient, anna: Person
) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=10))
    await anna.world.updates.polled()
    second = asyncio.create_task(raw.post("getUpdates", json={"timeout": 10}))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    anna.send("a")
    assert len((await second).json()["result"]) == 1


async def test_only_allowed_updates_come(bot: Bot, anna: Person) -> None:
    await bot.get_updates(allowed_updates=["message"])
    (message,) = anna.send("a")
    anna.edit(message, "b")
    (update,) = await bot.get_updates()
    assert update.message
    assert update.edited_message is None


async def test_reactions_come_only_on_request_but_always_as_an_edit(bot: Bot, anna: Person) -> None:
    (message,) = anna.send("a")
    anna.world.updates.drop()
    anna.react(message, "👍")
    (edit,) = await bot.get_updates()
    assert edit.edited_message
    assert edit.edited_message.text == "a"
    await bot.get_updates(offset=-1, allowed_updates=["message_reaction"])
    anna.world.updates.drop()
    anna.react(message, "👍")
    (update,) = await bot.get_updates()
    assert update.message_reaction


async def test_confirmed_waits_for_the_bot_to_confirm(bot: Bot, anna: Person) -> None:
    anna.send("a")
    waiting = asyncio.create_task(anna.world.updates.confirmed())
    (update,) = await bot.get_updates()
    assert not waiting.done()
    await bot.get_updates(offset=update.update_id + 1)
    await waiting


async def test_update_that_nobody_fetches_is_kept_for_a_day() -> None:
    now = 1000.0
    updates = Updates(clock=lambda: now)
    updates.add("message", {"text": "early"})
    now += 1
    updates.add("message", {"text": "late"})

    now += KEPT_S - 1
    (late,) = await updates.take(0, 100, 0, None)
    assert late["message"]["text"] == "late"
    now += 1
    assert await updates.take(0, 100, 0, None) == []


async def test_ids_do_not_repeat_after_a_restart() -> None:
    seen = []
    for _ in range(2):
        async with LocalTelegram() as telegram:
            (message,) = telegram.person("anna").send("a")
            (update,) = await telegram.world.updates.take(0, 100, 0, None)
            seen += [(message.id, update["update_id"])]
    assert seen[0][0] < seen[1][0]
    assert seen[0][1] < seen[1][1]


async def test_user_has_the_same_id_in_every_run() -> None:
    assert user_id("teacher") == 4771559284


async def test_pending_updates_are_counted_and_dropped(bot: Bot, anna: Person) -> None:
    anna.send("a")
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_webhook_is_refused(raw: httpx.AsyncClient) -> None:
    answer = await raw.post("setWebhook", data={"url": "https://example.org"})
    assert answer.status_code == 400
    assert answer.json()["description"].startswith("Bad Request: bad webhook")
    assert (await raw.post("setWebhook", data={"url": ""})).json()["result"] is True
