"""/graph as a conversation: what is asked of desk and session, and what the person sees."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import build
from bot.config import Settings, Telegram
from bot.inbox.queue import Inbox
from bot.local.server import LocalTelegram
from bot.local.transcript import Call
from engine.graphs import draw
from engine.jail.pool import Pool
from engine.progress.store import Progress
from engine.records import Call as Work
from engine.records import (
    Graph,
    GraphEdge,
    GraphNode,
    GraphReport,
    Note,
    Outcome,
    Result,
    SessionStart,
    to_data,
)
from tests.handlers.conftest import NEVER
from tests.handlers.fake_pool import FakePool
from tests.handlers.talk import Talk, shown

FORMULA = "f(x,y)=x^2+xy+(x+y)^2 at x=2, y=2"
KEPT: dict[str, Any] = {"session": SessionStart.KEPT, "session_alive": True}
LOSS = Graph(
    "loss = 54.5982",
    (
        GraphNode("ExpBackward0", "loss", "54.6", "1", leaf=False),
        GraphNode("MulBackward0", "", "", "54.6", leaf=False),
        GraphNode("AccumulateGrad", "w", "2", "218.4", leaf=True),
    ),
    (
        GraphEdge(0, 1, "54.6", "54.6"),
        GraphEdge(1, 2, "2", "109.2"),
        GraphEdge(1, 2, "2", "109.2"),
    ),
    (),
)


def drawn(data: dict[str, Any]) -> Result:
    """What a desk answers, by way of the wire."""
    answer = draw(Work(data, (), {}, lambda event: None))
    return Result(Outcome.OK, json.loads(json.dumps(answer.data)), answer.blobs)


def described(graph: Graph | Note, **fields: Any) -> Result:
    """What a session answers."""
    refused = graph if isinstance(graph, Note) else None
    report = GraphReport(None if refused else graph, None, refused)  # type: ignore[arg-type]
    return Result(Outcome.OK, to_data(report), **{**KEPT, **fields})


async def formula(talk: Talk, text: str, **where: Any) -> list[Call]:
    talk.pool.results = [drawn({"text": text})]
    calls = await talk.say(f"/graph {text}", **where)
    (job,) = talk.pool.jobs
    assert (job.kind, job.data) == ("graph.draw", {"text": text})
    return calls


async def variable(talk: Talk, text: str, *results: Result, **where: Any) -> list[Call]:
    talk.pool.results = [*results]
    calls = await talk.say(f"/graph {text}", **where)
    assert (talk.pool.jobs[0].kind, talk.pool.jobs[0].data) == ("graph.variable", {"source": text})
    return calls


async def test_formula_is_answered_by_value_sums_and_picture(talk: Talk) -> None:
    text, photo = await formula(talk, FORMULA)

    assert shown(text).splitlines()[0] == (
        "f(2, 2) = 24: градиент по x складывается из 4 + 2 + 8 = 14"
    )
    assert "Градиент по y: 2 + 8 = 10." in shown(text)
    assert "×8 → 8" in shown(text)
    assert photo.method == "sendPhoto"
    assert photo.file is not None
    assert photo.file.content.startswith(b"\x89PNG")


async def test_group_sees_one_line(talk: Talk) -> None:
    (call,) = await formula(talk, FORMULA, chat=talk.course)

    assert shown(call) == "f(2, 2) = 24: градиент по x складывается из 4 + 2 + 8 = 14"
    assert talk.labels(talk.course) == ["Подробнее"]


async def test_large_graph_tells_of_its_parts(talk: Talk) -> None:
    text, _ = await formula(talk, " + ".join(f"sin({n}x)" for n in range(2, 9)) + " at x=1")

    assert "тёмный кружок" in shown(text)


async def test_gradients_of_tensors_are_read_otherwise(talk: Talk) -> None:
    text, _ = await formula(talk, "sum(W @ x) at W=[[1,2],[3,4]], x=[1,2]")

    assert "у больших тензоров" in shown(text)
    assert "×8" not in shown(text)


async def test_missing_point_is_asked_for_with_an_example(talk: Talk) -> None:
    (call,) = await formula(talk, "x^2 + y")

    assert shown(call).splitlines() == [
        "Нужна точка, не хватает значений: x, y. Например:",
        "/graph x² + y at x=2, y=3",
    ]


async def test_mistake_is_pointed_at(talk: Talk) -> None:
    (call,) = await formula(talk, "2 + sinn(x) at x=1")

    assert shown(call).endswith("\n2 + sinn(x) at x=1\n    ^^^^")


async def test_too_many_nodes_are_counted(talk: Talk) -> None:
    (call,) = await formula(talk, " + ".join(f"sin({n}x)" for n in range(2, 40)) + " at x=1")

    assert shown(call).startswith("Узлов в графе 114, показываю до 60.")


@pytest.mark.parametrize("text", ["/graph", "/graph  ", "/GRAPH@tensor_tutor_bot"])
async def test_nothing_asked_brings_examples(talk: Talk, text: str) -> None:
    (call,) = await talk.say(text)

    assert talk.pool.jobs == []
    assert "/graph f(x,y)=x^2+xy+(x+y)^2 at x=2, y=2\n/graph loss" in shown(call)


@pytest.mark.parametrize(
    "name", ["loss", "model.weight", "losses[-1]", "params['w'].grad", "a[0][1].b", "имя"]
)
async def test_variable_is_described_by_the_session_and_drawn_at_a_desk(
    talk: Talk, name: str
) -> None:
    text, photo = await variable(talk, name, described(LOSS), drawn({"graph": to_data(LOSS)}))

    assert shown(text).startswith("loss = 54.5982: градиент по w складывается из 109.2 + 109.2")
    assert photo.method == "sendPhoto"
    asked, sent = talk.pool.jobs
    assert (sent.kind, sent.data) == ("graph.draw", {"graph": to_data(LOSS)})
    assert asked.owner == sent.owner == str(talk.person.id)


@pytest.mark.parametrize("text", ["x^2 at x=1", "x + y", "loss.backward()", "2x", "sin(x)", "-x"])
async def test_what_computes_is_a_formula(talk: Talk, text: str) -> None:
    await formula(talk, text)


async def test_notes_stand_above_how_to_read(talk: Talk) -> None:
    edges = tuple(replace(edge, local="", share="") for edge in LOSS.edges)
    nodes = tuple(replace(node, gradient="") for node in LOSS.nodes)
    freed = replace(LOSS, nodes=nodes, edges=edges, notes=(Note("note.graph_freed"),))

    text, _ = await variable(talk, "loss", described(freed), drawn({"graph": to_data(freed)}))

    blocks = shown(text).split("\n\n")
    assert blocks[0] == "loss = 54.5982"
    assert blocks[1].startswith("Граф уже освобождён: по нему прошёл обратный проход")
    assert blocks[2] == "Стрелки идут от результата к листьям."


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (Note("mistake.graph_near", {"name": "los", "near": "loss"}), "Есть loss."),
        (Note("mistake.graph_none", {"name": "loss"}), "У loss нет графа: requires_grad=False."),
        (Note("mistake.graph_leaf", {"name": "w"}), "w — лист: графа под ним нет."),
        (Note("mistake.graph_empty"), "Сеанс пуст: переменных ещё нет."),
        (Note("mistake.graph_huge", {"count": 10_000, "most": 60}), "больше 10000 узлов"),
        (Note("mistake.graph_value", {"text": "<i>", "error": "<b>"}), "Взять <i> не получилось"),
    ],
)
async def test_refusal_says_what_to_do(talk: Talk, note: Note, words: str) -> None:
    (call,) = await variable(talk, "loss", described(note))

    assert words in shown(call)


async def test_lost_session_offers_its_cells(talk: Talk) -> None:
    talk.pool.remembered = 3
    note = Note("mistake.graph_unknown", {"name": "loss"})

    await variable(talk, "loss", described(note, session=SessionStart.LOST_IDLE))

    assert talk.labels() == ["Вернуть ячейки (3)"]


FORGED = [
    {"graph": 1},
    {},
    {"graph": None, "mistake": None, "refused": None},
    {"graph": None, "mistake": None, "refused": {"key": "no.such", "values": {}}},
    {"graph": None, "mistake": None, "refused": {"key": "mistake.graph_near", "values": {}}},
]


@pytest.mark.parametrize("data", FORGED)
async def test_forged_report_gets_an_answer(talk: Talk, data: dict[str, Any]) -> None:
    (call,) = await variable(talk, "loss", Result(Outcome.OK, data, **KEPT))

    assert "без ответа" in shown(call)


async def test_forged_graph_is_refused_by_the_desk(talk: Talk) -> None:
    forged = replace(LOSS, edges=(GraphEdge(0, 99, "", ""),))

    (call,) = await variable(talk, "loss", described(forged), drawn({"graph": to_data(forged)}))

    assert shown(call).startswith("Сеанс ответил тем, чего нарисовать нельзя.")


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (Result(Outcome.BUSY, {"ahead": 2}), "Занято, перед вами 2 ячейки"),
        (Result(Outcome.TIMEOUT, cpu_s=8.0, **KEPT), "Не уложилось в 8 с"),
        (Result(Outcome.MEMORY, **KEPT), "Не хватило памяти"),
        (Result(Outcome.CANCELLED, **KEPT), "Отменено"),
    ],
)
async def test_session_that_does_not_answer_is_told_as_eval_tells_it(
    talk: Talk, result: Result, words: str
) -> None:
    (call,) = await variable(talk, "loss", result)

    assert words in shown(call)


async def test_desk_that_does_not_answer_is_told(talk: Talk) -> None:
    (call,) = await variable(talk, "loss", described(LOSS), Result(Outcome.BUSY))

    assert shown(call).startswith("Сейчас занято.")


async def test_edit_draws_anew_in_the_same_place(talk: Talk) -> None:
    talk.pool.results = [drawn({"text": "x^2 at x=1"}), drawn({"text": "x^3 at x=2"})]
    (question,) = talk.person.send("/graph x^2 at x=1")
    first, _ = await talk.handled()

    talk.person.edit(question, "/graph x^3 at x=2")
    calls = await talk.handled()

    assert ("editMessageText", first.message_id) in [(c.method, c.message_id) for c in calls]
    assert [call.method for call in calls].count("sendPhoto") == 1


async def test_everything_together_over_a_real_pool(
    pool: Pool, inbox: Inbox, store: Progress
) -> None:
    async with LocalTelegram() as telegram:
        account = Telegram(
            token=SecretStr(telegram.token),
            base_url=telegram.base_url,
            base_file_url=telegram.base_file_url,
        )
        settings = Settings(telegram=account)
        async with await build(settings, pool, inbox, store, NEVER) as application:
            talk = Talk(telegram, application, FakePool(), telegram.person("anna", "en"))
            await asyncio.sleep(0)
            text, photo = await talk.say(f"/graph {FORMULA}")
            await talk.say("/eval w = torch.tensor(3., requires_grad=True); loss = w * w")
            named, second = await talk.say("/graph loss")

    assert shown(text).startswith("f(2, 2) = 24: the gradient with respect to x is 4 + 2 + 8 = 14")
    assert shown(named).startswith("loss = 9: the gradient with respect to w is 3 + 3 = 6")
    assert photo.file is not None
    assert second.file is not None


async def test_gradients_are_told_in_words_beside_the_picture(talk: Talk) -> None:
    text, _ = await formula(talk, "sigmoid(wx+b) at w=1, x=2, b=0")

    lines = shown(text).splitlines()
    assert {"Градиент по w: 0.21.", "Градиент по x: 0.105.", "Градиент по b: 0.105."} <= {*lines}


async def test_shape_in_place_of_numbers_is_called_a_shape(talk: Talk) -> None:
    text, _ = await formula(talk, "sum(W @ x) at W=[[1,2],[3,4]], x=[1,2]")

    assert "Градиент по W: shape (2, 2)." in shown(text)


async def test_value_that_is_a_tensor_is_told_by_its_shape(talk: Talk) -> None:
    text, _ = await formula(talk, "softmax(x) at x=[1,2,3]")

    assert shown(text).startswith("f(x) = shape (3,)\n")


async def test_variable_whose_picture_fails_is_told_as_our_fault(talk: Talk) -> None:
    *_, call = await variable(talk, "loss", described(LOSS), Result(Outcome.FAULT))

    assert "сбой бота" in shown(call)


async def test_note_without_words_is_left_out(talk: Talk) -> None:
    odd = replace(LOSS, notes=(Note("note.of_tomorrow"), Note("rule.sin")))
    text, _ = await variable(talk, "loss", described(odd), drawn({"graph": to_data(odd)}))

    assert shown(text).split("\n\n")[1].startswith("Стрелки")


async def test_session_that_is_busy_is_told(talk: Talk) -> None:
    (call,) = await variable(talk, "loss", Result(Outcome.BUSY))

    assert shown(call)
    assert len(talk.pool.jobs) == 1


async def test_variable_of_a_session_that_may_not_run_is_refused(talk: Talk) -> None:
    talk.pool.refused = True
    (call,) = await talk.say("/graph loss")

    assert shown(call).startswith("Код сейчас не выполняется")
