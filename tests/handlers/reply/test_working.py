"""What a waiting person sees, and what it must never cost them."""

from __future__ import annotations

import pytest

from engine.records import Event
from handlers.reply import Pace, Reply, Turn, Turns, Working
from handlers.words import Tongues, Words
from tests.handlers.talk import Talk, shown


async def a_turn(talk: Talk, pace: Pace) -> Turn:
    talk.person.send("/eval slow()")
    (update,) = await talk.updates()
    return Turns(Words(), Tongues(), pace, talk.inbox).of(update)


async def test_quick_job_shows_nothing(talk: Talk) -> None:
    turn = await a_turn(talk, Pace())

    async with Working(turn):
        pass

    assert talk.telegram.transcript.calls == []
    assert turn.turns.running == {}


async def test_line_follows_the_job(talk: Talk) -> None:
    turn = await a_turn(talk, Pace(0, 0, 0.01))

    async with Working(turn) as working:
        working.on_event(Event("queued", {"ahead": 1}))
        assert (await talk.told(1))[-1] == "В очереди, перед вами 1 ячейка"
        working.on_event(Event("started"))
        assert (await talk.told(2))[-1] == "Считаю, прошло 0 с"
    await turn.reply(Reply(turn.say("eval.silent")))

    first, *_, last = talk.telegram.transcript.calls
    assert last.message_id == first.message_id
    assert shown(last).startswith("✓ Выполнено")


async def test_line_that_telegram_refuses_costs_nothing(talk: Talk) -> None:
    talk.telegram.provoke_429("sendMessage", retry_after=30)
    turn = await a_turn(talk, Pace())

    async with Working(turn) as working:
        working.on_event(Event("warming"))

    assert talk.telegram.transcript.calls == []


async def test_job_that_fails_leaves_nothing_running(talk: Talk) -> None:
    turn = await a_turn(talk, Pace())

    with pytest.raises(RuntimeError, match="our bug"):
        async with Working(turn):
            raise RuntimeError("our bug")

    assert turn.turns.running == {}
