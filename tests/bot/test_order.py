"""Updates of one person in order, everybody else's beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from telegram import CallbackQuery, Chat, Message, Update, User

from bot.order import InOrder

ANNA, BORIS = User(1, "Anna", False), User(2, "Boris", False)


class Log:
    """Coroutines that note their beginning and end, and wait in between until let go."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.go = asyncio.Event()

    async def job(self, name: str) -> None:
        self.lines.append(f"{name} begins")
        await self.go.wait()
        self.lines.append(f"{name} ends")


class Unkept:
    """An inbox that keeps nothing: what it does is proved elsewhere."""

    @asynccontextmanager
    async def handling(self, update: object, *, alone: bool = True) -> AsyncIterator[None]:
        yield


def text(user: User, chat_id: int = 5) -> Update:
    message = Message(1, _now(), Chat(chat_id, "private"), from_user=user, text="x")
    return Update(1, message=message)


def press(user: User) -> Update:
    return Update(1, callback_query=CallbackQuery("1", user, "1"))


def _now() -> datetime:
    return datetime.now(UTC)


async def _run(order: InOrder, log: Log, *updates: object) -> list[asyncio.Task[None]]:
    tasks = [
        asyncio.create_task(order.process_update(update, log.job(str(number))))
        for number, update in enumerate(updates)
    ]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


def nobody(update: object) -> bool:
    return False


@pytest.mark.parametrize(
    ("updates", "begun"),
    [
        ((text(ANNA), text(ANNA)), 1),
        ((text(ANNA), text(BORIS)), 2),
        ((text(ANNA), text(ANNA, chat_id=6)), 2),
        ((text(ANNA), press(ANNA)), 2),
        ((text(ANNA), "no update"), 2),
    ],
)
async def test_only_ones_own_messages_wait(updates: tuple[object, ...], begun: int) -> None:
    log, order = Log(), InOrder(nobody, Unkept())
    tasks = await _run(order, log, *updates)

    assert len(log.lines) == begun
    log.go.set()
    await asyncio.gather(*tasks)
    assert len(log.lines) == 4


async def test_messages_of_a_person_are_processed_in_order() -> None:
    log, order = Log(), InOrder(nobody, Unkept())
    log.go.set()
    await asyncio.gather(*await _run(order, log, *[text(ANNA)] * 9))

    assert log.lines == [f"{n} {what}" for n in range(9) for what in ("begins", "ends")]


async def test_continuation_overtakes() -> None:
    second = text(ANNA)
    log, order = Log(), InOrder(lambda update: update is second, Unkept())
    tasks = await _run(order, log, text(ANNA), second)

    assert log.lines == ["0 begins", "1 begins"]
    log.go.set()
    await asyncio.gather(*tasks)


async def test_number_in_flight_is_bounded_and_buttons_pass_all_the_same() -> None:
    log, order = Log(), InOrder(nobody, Unkept(), at_once=2)
    people = [User(n, "x", False) for n in range(1, 5)]
    tasks = await _run(order, log, *map(text, people), press(ANNA))

    assert log.lines == ["0 begins", "1 begins", "4 begins"]
    log.go.set()
    await asyncio.gather(*tasks)
    assert len(log.lines) == 10


async def test_waiting_messages_of_one_person_take_no_place_from_others() -> None:
    log, order = Log(), InOrder(nobody, Unkept(), at_once=2)
    tasks = await _run(order, log, *[text(ANNA)] * 9, text(BORIS))

    assert log.lines == ["0 begins", "9 begins"]
    log.go.set()
    await asyncio.gather(*tasks)


async def test_idle_returns_when_all_is_done() -> None:
    log, order = Log(), InOrder(nobody, Unkept())
    await order.idle()
    tasks = await _run(order, log, text(ANNA), text(ANNA))
    idle = asyncio.create_task(order.idle())
    await asyncio.sleep(0)

    assert not idle.done()
    log.go.set()
    await idle
    assert len(log.lines) == 4
    await asyncio.gather(*tasks)


async def test_failure_lets_the_next_one_pass() -> None:
    order, log = InOrder(nobody, Unkept()), Log()
    log.go.set()

    async def fail() -> None:
        raise ValueError("our bug")

    with pytest.raises(ValueError, match="our bug"):
        await order.process_update(text(ANNA), fail())
    await order.process_update(text(ANNA), log.job("next"))

    assert log.lines[-1] == "next ends"


async def test_update_cancelled_in_the_line_is_never_begun() -> None:
    log, order = Log(), InOrder(nobody, Unkept())
    first, second = await _run(order, log, text(ANNA), text(ANNA))
    second.cancel()
    log.go.set()
    await first
    with pytest.raises(asyncio.CancelledError):
        await second

    assert log.lines == ["0 begins", "0 ends"]
    await order.idle()


class Noted(Unkept):
    """An inbox that notes of whom others wait."""

    def __init__(self) -> None:
        self.alone: list[bool] = []

    @asynccontextmanager
    async def handling(self, update: object, *, alone: bool = True) -> AsyncIterator[None]:
        self.alone.append(alone)
        yield


async def test_all_may_be_made_to_wait_for_suspects_but_what_overtakes() -> None:
    inbox, log, first, cancel = Noted(), Log(), press(ANNA), press(ANNA)
    log.go.set()
    order = InOrder(lambda update: update is cancel, inbox)
    await asyncio.gather(*await _run(order, log, text(ANNA), first, cancel))

    assert inbox.alone == [True, True, False]
