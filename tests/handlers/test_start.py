"""/start: one screen, three things to try."""

from __future__ import annotations

import pytest

from tests.handlers.talk import Talk, shown


async def test_greeting_fits_one_screen_and_has_three_buttons(talk: Talk) -> None:
    (call,) = await talk.say("/start")

    assert shown(call).startswith("Пришлите код, ошибку, размеры тензоров или формулу.")
    assert shown(call).count("\n") < 20
    assert len(talk.labels()) == 3


@pytest.mark.parametrize(
    ("label", "code"),
    [("Тензор", "torch.arange(6)"), ("Градиент", "backward()"), ("Ошибка", "torch.ones(2, 3)")],
)
async def test_button_runs_its_example_and_shows_what_was_typed(
    talk: Talk, label: str, code: str
) -> None:
    await talk.say("/start")

    (call,) = await talk.press(label)

    assert code in talk.pool.sources[0]
    assert shown(call) == f"/eval {talk.pool.sources[0]}\n\n42"


async def test_group_gets_a_line(talk: Talk) -> None:
    (call,) = await talk.say("/start", chat=talk.course)

    assert "\n" not in shown(call)


async def test_forgotten_link_is_told(talk: Talk) -> None:
    (call,) = await talk.say("/start no-such-key")

    assert "больше не хранится" in shown(call)


async def test_english_person_is_greeted_in_english(talk: Talk) -> None:
    talk.person = talk.telegram.person("john", "en")

    (call,) = await talk.say("/start")

    assert shown(call).startswith("Send code, an error, the shapes of tensors or a formula.")
