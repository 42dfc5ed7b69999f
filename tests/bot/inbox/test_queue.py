"""What enters the inbox comes out until it is answered, whatever happens to the process."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest
from telegram import Update
from telegram.error import NetworkError

from bot.inbox.ledger import SCHEMA
from bot.inbox.queue import TRIES, Inbox
from bot.local.people import BOT_ID
from engine.database import Database
from handlers.reply import Posted
from tests.bot.inbox.updates import BOT, said


class Crash(BaseException):
    """The process ends here."""


async def opened(path: Path) -> Inbox:
    return await Inbox.open(path / "inbox.db", BOT_ID)


async def restarted(path: Path) -> Inbox:
    """A process after a crash: nobody closed the one before it."""
    inbox = await opened(path)
    await inbox.revive(BOT)
    return inbox


def waiting(inbox: Inbox) -> list[str | None]:
    """The texts in the queue, taken out of it."""
    texts = []
    while not inbox.empty():
        update = inbox.get_nowait()
        assert isinstance(update, Update)
        assert update.message is not None
        texts.append(update.message.text)
    return texts


async def crash_in(inbox: Inbox, update: Update) -> None:
    with pytest.raises(Crash):
        async with inbox.handling(update):
            raise Crash


async def test_what_was_put_comes_back_after_a_crash(tmp_path: Path) -> None:
    first, second = await said("one", "two")
    async with await opened(tmp_path) as inbox:
        await inbox.put(first)
        await inbox.put(second)
        async with await restarted(tmp_path) as after:
            assert waiting(after) == ["one", "two"]


async def test_update_comes_back_as_it_was(tmp_path: Path) -> None:
    (update,) = await said("/eval x = [1,\n  2]  # «кавычки» и 🙂")
    async with await opened(tmp_path) as inbox:
        await inbox.put(update)
        async with await restarted(tmp_path) as after:
            back = after.get_nowait()

    assert isinstance(back, Update)
    assert back.to_dict() == update.to_dict()
    assert back.message is not None
    assert back.message.get_bot() is BOT


INACCESSIBLE = {"message_id": 3, "date": 0, "chat": {"id": 1, "type": "private", "first_name": "A"}}
ANNA = {"id": 1, "is_bot": False, "first_name": "A", "seen_by_no_library": [1, {"a": None}]}


@pytest.mark.parametrize(
    "kind",
    [
        {"text": "🙂", "entities": [{"type": "brand_new", "offset": 0, "length": 1}]},
        {"pinned_message": INACCESSIBLE},
        {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 5}},
        {"forward_origin": {"type": "user", "date": 1, "sender_user": ANNA}, "text": "a"},
        {"external_reply": {"origin": {"type": "user", "date": 1, "sender_user": ANNA}}},
        {"nobody_knows": {"yet": 1}},
    ],
)
async def test_every_kind_of_message_comes_back_as_it_was(
    tmp_path: Path, kind: dict[str, Any]
) -> None:
    message = {"message_id": 5, "date": 1, "chat": INACCESSIBLE["chat"], "from": ANNA, **kind}
    update = Update.de_json({"update_id": 1, "message": message}, BOT)
    async with await opened(tmp_path) as inbox:
        await inbox.put(update)
        async with await restarted(tmp_path) as after:
            back = after.get_nowait()

    assert isinstance(back, Update)
    assert back.to_dict() == update.to_dict()


@pytest.mark.parametrize("message", [INACCESSIBLE, None])
async def test_press_on_an_old_answer_comes_back_as_it_was(
    tmp_path: Path, message: dict[str, Any] | None
) -> None:
    query = {"id": "9", "from": ANNA, "chat_instance": "3", "data": "x"}
    query |= {"message": message} if message else {"inline_message_id": "q"}
    update = Update.de_json({"update_id": 1, "callback_query": query}, BOT)
    async with await opened(tmp_path) as inbox:
        await inbox.put(update)
        async with await restarted(tmp_path) as after:
            back = after.get_nowait()

    assert isinstance(back, Update)
    assert back.to_dict() == update.to_dict()


async def test_polling_outlives_whatever_happens_here(tmp_path: Path) -> None:
    """An error of another kind would end it for good, and the bot would be deaf."""
    (update,) = await said("one")
    async with await opened(tmp_path) as inbox:
        pass
    with pytest.raises(NetworkError):
        await inbox.put(update)


async def test_handled_update_does_not_come_back(tmp_path: Path) -> None:
    first, second = await said("one", "two")
    async with await opened(tmp_path) as inbox:
        await inbox.put(first)
        await inbox.put(second)
        async with inbox.handling(first):
            pass
        async with await restarted(tmp_path) as after:
            assert waiting(after) == ["two"]


async def test_answered_update_does_not_come_back_though_its_handler_never_ended(
    tmp_path: Path,
) -> None:
    (update,) = await said("one")
    async with await opened(tmp_path) as inbox:
        await inbox.put(update)
        await inbox.keep(Posted("1:1", main=5, answered=True), 1, update.update_id)
        await crash_in(inbox, update)
        async with await restarted(tmp_path) as after:
            assert waiting(after) == []
            assert after.answers()["1:1"] == Posted("1:1", main=5, answered=True)


async def test_progress_line_is_no_answer_but_its_place_is_known(tmp_path: Path) -> None:
    (update,) = await said("one")
    async with await opened(tmp_path) as inbox:
        await inbox.put(update)
        await inbox.keep(Posted("1:1", main=5), 1)
        async with await restarted(tmp_path) as after:
            assert waiting(after) == ["one"]
            assert after.answers()["1:1"].main == 5


async def test_known_update_is_ignored_whatever_became_of_it(tmp_path: Path) -> None:
    first, second = await said("one", "two")
    async with await opened(tmp_path) as inbox:
        for update in (first, second, first):
            await inbox.put(update)
        async with inbox.handling(first):
            pass
        await inbox.put(first)

        assert waiting(inbox) == ["one", "two"]
        async with await restarted(tmp_path) as after:
            await after.put(first)
            await after.put(second)
            assert waiting(after) == ["two"]


async def test_another_bots_updates_are_not_ours(tmp_path: Path) -> None:
    (update,) = await said("one")
    async with await opened(tmp_path) as inbox:
        await inbox.put(update)
    async with await Inbox.open(tmp_path / "inbox.db", BOT_ID + 1) as other:
        assert await other.revive(BOT) == []
        assert other.empty()
        await other.put(update)
        assert waiting(other) == ["one"]


async def test_what_is_no_update_passes_through(tmp_path: Path) -> None:
    async with await opened(tmp_path) as inbox:
        await inbox.put("stop")
        assert inbox.get_nowait() == "stop"
        async with inbox.handling("stop"):
            pass


async def test_refusing_disk_lets_the_polling_wait(tmp_path: Path) -> None:
    first, second = await said("one", "ж" * 4000)
    async with await opened(tmp_path) as inbox:
        database = inbox._ledger._database
        ((pages,),) = await database.rows("PRAGMA page_count")
        await database.rows(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(NetworkError, match="the disk is full"):
            await inbox.put(second)
        await database.rows("PRAGMA max_page_count = 1000000")
        await inbox.put(first)
        await inbox.put(second)

        assert waiting(inbox) == ["one", "ж" * 4000]


async def test_done_that_could_not_be_written_is_written_with_the_next(tmp_path: Path) -> None:
    first, second = await said("one", "two")
    async with await opened(tmp_path) as inbox:
        await inbox.put(first)
        await inbox.put(second)
        async with await Database.open(tmp_path / "inbox.db", SCHEMA) as other:
            await inbox._ledger._database.rows("PRAGMA busy_timeout = 1")
            async with other.transaction():  # holds the right to write
                await inbox.keep(Posted("1:1", main=5), 1, first.update_id)
        await inbox.keep(Posted("1:2", main=6), 1, second.update_id)
        async with await restarted(tmp_path) as after:
            assert waiting(after) == []


async def test_update_that_ends_the_bot_each_time_is_set_aside(tmp_path: Path) -> None:
    (update,) = await said("poison")
    async with await opened(tmp_path) as inbox:
        await inbox.put(update)
        await crash_in(inbox, update)
    for _ in range(TRIES):
        async with await opened(tmp_path) as inbox:
            assert await inbox.revive(BOT) == []
            await crash_in(inbox, update)
    async with await opened(tmp_path) as inbox:
        (aside,) = await inbox.revive(BOT)
        assert aside.update_id == update.update_id
        assert inbox.empty()
    async with await opened(tmp_path) as inbox:
        assert await inbox.revive(BOT) == []


async def test_disk_that_refuses_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (update,) = await said("poison")
    async with await opened(tmp_path) as inbox:
        await inbox.put(update)
        await inbox._ledger.tried(update.update_id, TRIES)
    async with (
        await Database.open(tmp_path / "inbox.db", SCHEMA) as other,
        other.transaction(),
        await opened(tmp_path) as inbox,
    ):
        await inbox._ledger._database.rows("PRAGMA busy_timeout = 1")
        assert await inbox.revive(BOT) == []
        assert inbox.empty()
    async with await opened(tmp_path) as inbox:
        assert len(await inbox.revive(BOT)) == 1


async def test_what_was_only_near_a_crash_is_not_set_aside(tmp_path: Path) -> None:
    poison, innocent = await said("poison", "innocent")
    async with await opened(tmp_path) as inbox:
        for update in (poison, innocent):
            await inbox.put(update)
            await crash_in(inbox, update)
    for _ in range(TRIES):
        async with await opened(tmp_path) as inbox:
            await inbox.revive(BOT)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(crash_in(inbox, poison))
                tasks.create_task(_interrupted(inbox, innocent))
    async with await opened(tmp_path) as inbox:
        (aside,) = await inbox.revive(BOT)
        assert aside.update_id == poison.update_id
        assert waiting(inbox) == ["innocent"]


async def test_suspect_that_takes_long_does_not_hold_up_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its chat may have to be silent for an hour."""
    monkeypatch.setattr("bot.inbox.queue.ALONE_S", 0.01)
    first, second, third = await said("one", "two", "three")
    async with await opened(tmp_path) as inbox:
        for update in (first, second, third):
            await inbox.put(update)
            await inbox._ledger.tried(update.update_id, 1)
    async with await restarted(tmp_path) as inbox, inbox.handling(first):
        async with asyncio.timeout(5), inbox.handling(second):
            pass
        async with asyncio.timeout(5), inbox.handling(third):
            pass


async def test_suspect_is_not_blamed_for_a_start_that_failed(tmp_path: Path) -> None:
    (update,) = await said("innocent")
    never = asyncio.Event()

    async def ready() -> None:
        await never.wait()

    async with await opened(tmp_path) as inbox:
        await inbox.put(update)
        await crash_in(inbox, update)
    for _ in range(3 * TRIES):
        async with await opened(tmp_path) as inbox:
            assert await inbox.revive(BOT, ready) == []
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01), inbox.handling(update):
                    await never.wait()
    async with await restarted(tmp_path) as inbox, inbox.handling(update):
        pass
    async with await restarted(tmp_path) as inbox:
        assert waiting(inbox) == []


@pytest.mark.parametrize("error", [None, asyncio.CancelledError()])
async def test_only_a_crash_is_a_try(tmp_path: Path, error: BaseException | None) -> None:
    """A handler that came to its end, or that a stop has cut short, ended no bot."""
    (update,) = await said("late cell, or an answer that Telegram does not take")
    async with await opened(tmp_path) as inbox:
        await inbox.put(update)
    for _ in range(2 * TRIES):
        async with await opened(tmp_path) as inbox:
            assert await inbox.revive(BOT) == []
            with contextlib.suppress(asyncio.CancelledError):
                async with inbox.handling(update):
                    inbox.hold(update.update_id)
                    if error:
                        raise error


async def test_part_is_tried_with_its_whole(tmp_path: Path) -> None:
    whole, part = await said("first half", "second half")
    async with await opened(tmp_path) as inbox:
        await inbox.put(whole)
        await inbox.put(part)
    for _ in range(2 * TRIES):
        async with await opened(tmp_path) as inbox:
            assert await inbox.revive(BOT) == []
            inbox.continues(part.update_id, whole.update_id)
            await crash_in(inbox, part)


async def _interrupted(inbox: Inbox, update: Update) -> None:
    """Begun while the culprit is handled, if it may begin then at all."""
    handling = inbox.handling(update)
    begun = asyncio.ensure_future(handling.__aenter__())
    await asyncio.sleep(0)
    if not begun.done():
        begun.cancel()


async def test_held_update_comes_back_though_it_was_answered(tmp_path: Path) -> None:
    (update,) = await said("one")
    async with await opened(tmp_path) as inbox:
        await inbox.put(update)
        async with inbox.handling(update):
            inbox.hold(update.update_id)
            await inbox.keep(Posted("1:1", main=5), 1, update.update_id)
        async with await restarted(tmp_path) as after:
            assert waiting(after) == ["one"]


async def test_released_update_is_done_with_its_answer(tmp_path: Path) -> None:
    (update,) = await said("one")
    async with await opened(tmp_path) as inbox:
        await inbox.put(update)
        async with inbox.handling(update):
            inbox.hold(update.update_id)
        inbox.release(update.update_id)
        await inbox.keep(Posted("1:1", main=5), 1, update.update_id)
        async with await restarted(tmp_path) as after:
            assert waiting(after) == []


async def test_parts_of_a_long_message_are_done_together(tmp_path: Path) -> None:
    whole, part = await said("first half", "second half")
    async with await opened(tmp_path) as inbox:
        await inbox.put(whole)
        await inbox.put(part)
        async with inbox.handling(whole):
            async with inbox.handling(part, alone=False):
                inbox.continues(part.update_id, whole.update_id)
            async with await restarted(tmp_path) as after:
                assert waiting(after) == ["first half", "second half"]
        async with await restarted(tmp_path) as after:
            assert waiting(after) == []


async def test_part_that_comes_too_late_is_a_message_of_its_own(tmp_path: Path) -> None:
    whole, part = await said("first half", "second half")
    async with await opened(tmp_path) as inbox:
        await inbox.put(whole)
        await inbox.put(part)
        async with inbox.handling(whole):
            pass
        async with inbox.handling(part):
            inbox.continues(part.update_id, whole.update_id)
        async with await restarted(tmp_path) as after:
            assert waiting(after) == []


async def test_row_that_cannot_be_read_any_more_is_set_aside(tmp_path: Path) -> None:
    first, second = await said("one", "two")
    async with await opened(tmp_path) as inbox:
        await inbox.put(first)
        await inbox.put(second)
        await inbox._ledger._database.write(
            "UPDATE updates SET data = '[]' WHERE id = ?", first.update_id
        )
        async with await restarted(tmp_path) as after:
            assert waiting(after) == ["two"]
