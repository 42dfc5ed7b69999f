"""Cells sent while the bot was away are asked about once."""

from __future__ import annotations

import asyncio

import pytest
from telegram import Update

from tests.handlers.talk import Talk, shown

HOUR_S = 3600


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.stale.QUIET_S", 0.0)


async def late_cells(talk: Talk, *texts: str) -> list[str]:
    for text in texts:
        talk.person.send(text)
    return [shown(call) for call in await talk.handled(age_s=HOUR_S)]


async def test_late_cells_are_one_question(talk: Talk) -> None:
    said = await late_cells(talk, "/eval 1", "/eval 2", "/eval 3")

    assert said == ["Пока бот не работал, вы прислали 3 ячейки. Выполнить их?"]
    assert talk.labels() == ["Выполнить", "Не выполнять"]
    assert talk.pool.jobs == []


async def test_consent_runs_them_in_order(talk: Talk) -> None:
    await late_cells(talk, "/eval 1", "/eval 2")

    calls = await talk.press("Выполнить")

    assert talk.pool.sources == ["1", "2"]
    assert [shown(call) for call in calls] == ["Выполняю 2 ячейки по порядку.", "42", "42"]


async def test_late_shapes_are_traced_after_the_same_question(talk: Talk) -> None:
    said = await late_cells(talk, "/eval 1", "/shape x=(2,3)")

    await talk.press("Выполнить")

    assert said == ["Пока бот не работал, вы прислали 2 ячейки. Выполнить их?"]
    assert [job.kind for job in talk.pool.jobs] == ["cell.evaluate", "shapes.trace"]


async def test_late_timings_are_made_after_the_same_question(talk: Talk) -> None:
    await late_cells(talk, "/timeit 1\n---\n2")

    await talk.press("Выполнить")

    assert [(job.kind, job.data) for job in talk.pool.jobs] == [
        ("timing.measure", {"cells": ["1", "2"]})
    ]


async def test_refusal_forgets_them(talk: Talk) -> None:
    await late_cells(talk, "/eval 1")

    (call,) = await talk.press("Не выполнять")

    assert shown(call) == "Хорошо, ячейки остались только в чате."
    assert talk.labels() == []
    assert talk.pool.jobs == []


async def test_consent_given_twice_runs_them_once(talk: Talk) -> None:
    await late_cells(talk, "/eval 1")
    message, button = talk.button("Выполнить")
    talk.person.press(message, button)
    talk.person.press(message, button)

    calls = await talk.handled()

    assert talk.pool.sources == ["1"]
    assert [shown(call) for call in calls if call.method == "editMessageText"] == [
        "Выполняю 1 ячейку."
    ]


async def test_cell_of_several_messages_is_run_whole(talk: Talk) -> None:
    source = "print('a long line of a cell that says very little')\n" * 120
    await late_cells(talk, f"/eval {source}")

    await talk.press("Выполнить")

    assert talk.pool.sources == [source.rstrip("\n")]


async def test_one_failure_of_ours_does_not_stop_the_others(talk: Talk) -> None:
    await late_cells(talk, "/eval 1", "/eval 2")
    talk.pool.broken = RuntimeError("our bug")

    calls = await talk.press("Выполнить")

    assert talk.pool.sources == ["1", "2"]
    assert [shown(call) for call in calls].count(shown(calls[-1])) == 2
    assert shown(calls[-1]).startswith("Это сбой бота")


async def test_other_commands_are_answered_however_late(talk: Talk) -> None:
    assert len(await late_cells(talk, "/help")) == 1


async def test_fresh_cell_is_run(talk: Talk) -> None:
    await talk.say("/eval 1", age_s=60)

    assert talk.pool.sources == ["1"]


async def test_cell_edited_afterwards_is_run_as_edited_and_never_as_it_was(talk: Talk) -> None:
    """The edit is fresh: it is answered at once, and the question is about the others."""
    (message,) = talk.person.send("/eval 1")
    talk.person.send("/eval 2")
    await talk.handled(age_s=HOUR_S)

    talk.person.edit(message, "/eval 3")
    await talk.handled()
    await talk.press("Выполнить")

    assert talk.pool.sources == ["3", "2"]


async def test_cell_edited_into_something_else_is_not_run(talk: Talk) -> None:
    (message,) = talk.person.send("/eval 1")
    await talk.handled(age_s=HOUR_S)

    talk.person.edit(message, "/help")
    await talk.handled()
    (call,) = await talk.press("Выполнить")

    assert talk.pool.sources == []
    assert call.text == "Эти ячейки уже выполнены или отменены."


async def test_cells_over_the_number_kept_are_asked_about_later(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.stale.MOST", 2)
    for number in range(5):
        talk.person.send(f"/eval {number}")
    await put(talk)
    await taken_out(talk)

    for _ in range(3):
        await talk.press("Выполнить")
        await taken_out(talk)

    assert talk.pool.sources == ["0", "1", "2", "3", "4"]
    assert await still_waiting(talk) == 0


async def test_refusal_is_for_those_over_the_number_too(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.stale.MOST", 2)
    for number in range(5):
        talk.person.send(f"/eval {number}")
    await put(talk)
    await taken_out(talk)
    assert await still_waiting(talk) == 5

    await talk.press("Не выполнять")

    assert await still_waiting(talk) == 0


async def put(talk: Talk) -> None:
    for update in await talk.updates(HOUR_S):
        await talk.inbox.put(update)


async def taken_out(talk: Talk) -> None:
    """Let the bot handle what is in the inbox."""
    updates = []
    while not talk.inbox.empty():
        update = talk.inbox.get_nowait()
        assert isinstance(update, Update)
        updates.append(update)
    await asyncio.gather(*talk.handling(updates))


async def still_waiting(talk: Talk) -> int:
    """How many messages of the person would come back at the next start."""
    return len((await talk.inbox.about(talk.person.id))["updates"])
