"""/help comes from the one table of commands."""

from __future__ import annotations

import html
import re

import pytest

from engine.formula.root_request import RootRequest, read_root
from engine.gradients import explain
from engine.graphs import draw
from engine.records import Call, GradientReport, GraphReport, from_data
from engine.timeit import measure
from handlers.source import cells
from handlers.words import LANGUAGES, Words
from tests.handlers.talk import Talk, shown

COMMANDS = (
    "start",
    "eval",
    "shape",
    "broadcast",
    "grad",
    "graph",
    "root",
    "timeit",
    "reset",
    "progress",
    "mydata",
    "forget",
    "language",
    "help",
)


async def test_every_command_is_listed(talk: Talk) -> None:
    (call,) = await talk.say("/help")

    assert [line for line in shown(call).splitlines() if line.startswith("/")] == [
        "/start — с чего начать",
        "/eval — выполнить ячейку",
        "/shape — shape каждого выражения",
        "/broadcast — подходят ли размеры друг другу",
        "/grad — производные формулы",
        "/graph — граф autograd картинкой",
        "/root — корень уравнения, гонка методов",
        "/timeit — сколько времени идёт код",
        "/reset — начать сеанс заново",
        "/progress — мои посылки и баллы",
        "/mydata — что обо мне хранится",
        "/forget — удалить то, что обо мне хранится",
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


def examples(text: str, command: str) -> list[str]:
    """What stands behind a command in the blocks of a page, line breaks included."""
    blocks = "\n".join(re.findall(r"<pre>(.+?)</pre>", text, re.DOTALL))
    found = re.split(r"^/(\w+) ", html.unescape(blocks), flags=re.MULTILINE)[1:]
    return [said for name, said in in_pairs(found) if name == command]


def in_pairs(parts: list[str]) -> list[tuple[str, str]]:
    return list(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["grad.manual", "grad.help", "graph.manual", "graph.help"])
def test_every_formula_that_help_shows_is_understood(language: str, page: str) -> None:
    text, command = Words()(language)(page), page.partition(".")[0]
    formulas = [said for said in examples(text, command) if not re.match(r"loss", said)]

    assert formulas
    for said in formulas:
        found = from_data(GradientReport, explain(call({"text": said})).data).gradient
        assert found is not None
        assert found.value
        assert from_data(GraphReport, draw(call({"text": said})).data).graph is not None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["root.manual", "root.help"])
def test_every_equation_that_help_shows_is_read(language: str, page: str) -> None:
    equations = examples(Words()(language)(page), "root")

    assert equations
    for said in equations:
        assert isinstance(read_root(said), RootRequest)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["timeit.manual", "timeit.help"])
def test_every_cell_that_help_shows_is_timed(language: str, page: str) -> None:
    codes = examples(Words()(language)(page), "timeit")

    assert codes
    for code in codes:
        parts = cells(code)
        answer = measure(call({"cells": parts}))
        assert len(answer.data["timings"]) == len(parts)


def call(data: dict[str, object]) -> Call:
    return Call(data, (), {}, lambda event: None)
