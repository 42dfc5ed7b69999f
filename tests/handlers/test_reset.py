"""/reset drops the session."""

from __future__ import annotations

from tests.handlers.talk import Talk, shown


async def test_session_is_dropped(talk: Talk) -> None:
    talk.pool.remembered = 2

    (call,) = await talk.say("/reset")

    assert talk.pool.resets == [str(talk.person.id)]
    assert shown(call) == "Сеанс закрыт, 2 ячейки забыты. Следующая начнёт новый."


async def test_empty_session_is_told(talk: Talk) -> None:
    (call,) = await talk.say("/reset")

    assert shown(call) == "Сеанс и так пуст."
