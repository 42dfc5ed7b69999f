"""/help comes from the one table of commands."""

from __future__ import annotations

import pytest

from tests.handlers.talk import Talk, shown

COMMANDS = ("start", "eval", "shape", "broadcast", "grad", "graph", "reset", "language", "help")


async def test_every_command_is_listed(talk: Talk) -> None:
    (call,) = await talk.say("/help")

    assert [line for line in shown(call).splitlines() if line.startswith("/")] == [
        "/start — с чего начать",
        "/eval — выполнить ячейку",
        "/shape — shape каждого выражения",
        "/broadcast — подходят ли размеры друг другу",
        "/grad — производные формулы",
        "/graph — граф autograd картинкой",
        "/reset — начать сеанс заново",
        "/language — язык ответов",
        "/help — список команд",
    ]


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("slash", ["", "/"])
async def test_every_command_has_a_page(talk: Talk, name: str, slash: str) -> None:
    (call,) = await talk.say(f"/help {slash}{name}")

    assert shown(call).startswith(f"/{name}")


async def test_unknown_topic_brings_the_list(talk: Talk) -> None:
    (call,) = await talk.say("/help <nothing>")

    assert "/eval" in shown(call)


async def test_group_gets_a_line(talk: Talk) -> None:
    (call,) = await talk.say("/help", chat=talk.course)

    assert "\n" not in shown(call)
