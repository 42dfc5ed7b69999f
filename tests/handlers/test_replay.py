"""The cells of a lost session come back by button."""

from __future__ import annotations

import pytest

from engine.records import Outcome, Result, SessionStart
from handlers.replay import told
from handlers.words import Words
from tests.handlers.fake_pool import ok, raised
from tests.handlers.talk import Talk, shown

FORGED = Result(Outcome.RAISED, {"failure": 1})


async def test_button_runs_the_cells_again(talk: Talk) -> None:
    talk.pool.remembered = 2
    talk.pool.results = [ok("1", session=SessionStart.LOST_DIED)]
    talk.pool.replayed = [ok(), ok("1")]
    await talk.say("/eval 1")

    (call,) = await talk.press("Вернуть ячейки (2)")

    assert shown(call) == "Имена вернулись: снова выполнены 2 ячейки."


async def test_button_pressed_twice_runs_the_cells_once(talk: Talk) -> None:
    talk.pool.remembered = 2
    talk.pool.results = [ok("1", session=SessionStart.LOST_DIED)]
    talk.pool.replayed = [ok(), ok("1")]
    await talk.say("/eval 1")
    message, button = talk.button("Вернуть")

    for _ in range(2):
        talk.person.press(message, button)
    calls = await talk.handled()

    assert talk.pool.replays == 1
    assert len(calls) == 1


async def test_host_that_confines_nothing_replays_nothing(talk: Talk) -> None:
    talk.pool.remembered = 2
    talk.pool.results = [ok("1", session=SessionStart.LOST_DIED)]
    await talk.say("/eval 1")
    talk.pool.refused = True

    (call,) = await talk.press("Вернуть")

    assert shown(call).startswith("Код сейчас не выполняется")


@pytest.mark.parametrize(
    ("results", "lines"),
    [
        ([], ["Возвращать нечего: сеанс пуст."]),
        (
            [ok(), raised("NameError: name &lt;x&gt;"), Result(Outcome.TIMEOUT), FORGED],
            [
                "Имена вернулись: снова выполнена 1 ячейка.",
                "Ячейка 2 снова падает с ошибкой: <code>NameError: name &amp;lt;x&amp;gt;</code>",
                "Ячейка 3 не выполнилась до конца.",
                "Ячейка 4 не выполнилась до конца.",
            ],
        ),
        (
            [Result(Outcome.BUSY)] * 12,
            [
                "Ни одна ячейка не выполнилась до конца.",
                *(f"Ячейка {n} не выполнилась до конца." for n in range(1, 11)),
                "И ещё 2 ячейки.",
            ],
        ),
    ],
)
def test_every_cell_is_accounted_for(results: list[Result], lines: list[str]) -> None:
    assert told(results, Words()("ru")).splitlines() == lines
