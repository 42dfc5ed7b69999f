"""What the inbox writes about people is found, forgotten and in time deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.inbox.ledger import TWO_DAYS_S, WEEK_S, Ledger
from bot.local.people import BOT_ID
from bot.local.server import LocalTelegram
from tests.bot.inbox.updates import handed_over


class Clock:
    now = 1e9

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def ledger(tmp_path: Path, clock: Clock) -> AsyncIterator[Ledger]:
    ledger = await Ledger.open(tmp_path / "inbox.db", BOT_ID, clock)
    yield ledger
    await ledger.close()


async def texts(ledger: Ledger, person: int) -> list[str]:
    return [row["data"]["message"]["text"] for row in (await ledger.about(person))["updates"]]


async def test_people_see_and_delete_only_their_own(ledger: Ledger, tmp_path: Path) -> None:
    telegram = LocalTelegram()
    anna, boris = telegram.person("anna"), telegram.person("boris")
    anna.send("/eval secret_of_anna = 1")
    boris.send("/eval 2")
    for update in await handed_over(telegram):
        await ledger.add(update)
    await ledger.keep("1:1", anna.id, {"main": 5})
    await ledger.keep("2:1", boris.id, {"main": 6})

    assert await texts(ledger, anna.id) == ["/eval secret_of_anna = 1"]
    assert [row["address"] for row in (await ledger.about(anna.id))["answers"]] == ["1:1"]

    await ledger.forget(anna.id)

    assert await ledger.about(anna.id) == {"updates": [], "answers": []}
    assert await texts(ledger, boris.id) == ["/eval 2"]
    assert list(await ledger.answers()) == ["2:1"]
    on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"secret_of_anna" not in on_disk


async def test_what_a_message_said_and_who_is_deleted_when_it_is_done(
    ledger: Ledger, tmp_path: Path
) -> None:
    telegram = LocalTelegram()
    anna = telegram.person("anna")
    anna.send("/eval 1")
    (update,) = await handed_over(telegram)
    await ledger.add(update)

    await ledger.done([update.update_id])

    assert await texts(ledger, anna.id) == []
    with closing(sqlite3.connect(tmp_path / "inbox.db")) as file:
        assert file.execute("SELECT person, data FROM updates").fetchall() == [(None, None)]
    assert not await ledger.add(update)


async def test_old_rows_go_and_young_ones_stay(ledger: Ledger, clock: Clock) -> None:
    telegram = LocalTelegram()
    anna = telegram.person("anna")
    for text in ("done", "waiting"):
        anna.send(text)
    done, waiting = await handed_over(telegram)
    await ledger.add(done)
    await ledger.add(waiting)
    await ledger.keep("1:1", anna.id, {"main": 5}, [done.update_id])

    clock.now += TWO_DAYS_S - 1
    assert await ledger.prune() == 0
    assert not await ledger.add(done)
    assert list(await ledger.answers()) == ["1:1"]

    clock.now += 2
    await ledger.prune()
    assert await ledger.answers() == {}
    assert [row.id for row in await ledger.undone()] == [waiting.update_id]

    clock.now += WEEK_S
    assert await ledger.prune() == 1
    assert await ledger.undone() == []


async def test_answers_are_told_with_the_newest_last(ledger: Ledger, clock: Clock) -> None:
    for address in ("1:1", "1:2", "1:3"):
        clock.now += 1
        await ledger.keep(address, 1, {"main": 5})
    clock.now += 1
    await ledger.keep("1:1", 1, {"main": 7})

    assert list((await ledger.answers()).items())[-1] == ("1:1", {"main": 7})
