"""The jobs of /graph: as functions, and in real jails."""

from __future__ import annotations

from typing import Any

import pytest

from engine.graphs import draw
from engine.jail.pool import Pool
from engine.records import (
    Answer,
    Call,
    Graph,
    GraphEdge,
    GraphNode,
    GraphReport,
    Job,
    Outcome,
    Result,
    from_data,
    to_data,
)

FORMULA = "f(x,y)=x^2+xy+(x+y)^2 at x=2, y=2"
LEAF = GraphNode("AccumulateGrad", "x", "2", "4", leaf=True)
SQUARE = GraphNode("PowBackward0", "x²", "4", "1", leaf=False)
SMALL = Graph("f(2) = 4", (SQUARE, LEAF), (GraphEdge(0, 1, "4", "4"),), ())


def drawn(data: dict[str, Any]) -> Answer:
    return draw(Call(data, (), {}, lambda event: None))


def report(answer: Answer | Result) -> GraphReport:
    return from_data(GraphReport, answer.data)


def test_formula_is_drawn() -> None:
    answer = drawn({"text": FORMULA})

    graph = report(answer).graph
    assert graph is not None
    assert graph.title == "f(2, 2) = 24"
    assert [blob[:4] for blob in answer.blobs] == [b"\x89PNG"]


def test_text_that_is_no_formula_is_pointed_at() -> None:
    answer = drawn({"text": "x + sinn(x) at x=1"})

    mistake = report(answer).mistake
    assert mistake is not None
    assert (mistake.start, mistake.end) == (4, 8)
    assert answer.blobs == ()


def test_graph_of_a_session_is_drawn_as_it_came() -> None:
    answer = drawn({"graph": to_data(SMALL)})

    assert report(answer).graph == SMALL
    assert len(answer.blobs) == 1


def many(nodes: int, edges: tuple[tuple[int, int], ...]) -> dict[str, Any]:
    made = tuple(GraphEdge(a, b, "", "") for a, b in edges)
    data: dict[str, Any] = to_data(Graph("", (LEAF,) * nodes, made, ()))
    return data


@pytest.mark.parametrize(
    "data",
    [
        {"nodes": []},
        "graph",
        None,
        many(0, ()),
        many(61, ()),
        many(2, ((0, 2),)),
        many(2, ((-1, 0),)),
        many(2, ((0, 1),) * 151),
        {**many(2, ()), "title": 7},
    ],
)
def test_forged_graph_is_refused(data: Any) -> None:
    answer = drawn({"graph": data})

    refused = report(answer).refused
    assert refused is not None
    assert refused.key == "mistake.graph_forged"
    assert answer.blobs == ()


@pytest.mark.parametrize(
    "data",
    [
        many(1, ((0, 0),)),
        many(3, ((0, 1), (1, 2), (2, 0), (0, 1))),
        many(60, tuple((a % 60, a * 7 % 60) for a in range(150))),
        to_data(
            Graph(
                "$\\frac$\x00\n" * 999, (SQUARE, GraphNode("\x1b" * 999, "", "", "", True)), (), ()
            )
        ),
    ],
)
def test_any_graph_of_a_bearable_size_is_drawn(data: Any) -> None:
    assert len(drawn({"graph": data}).blobs) == 1


async def test_desk_draws_and_session_describes(pool: Pool) -> None:
    cell = "w = torch.tensor(2.0, requires_grad=True)\nloss = (w ** 2).exp()"
    await pool.run(Job("cell.evaluate", {"source": cell}, "graphs"))

    described = await pool.run(Job("graph.variable", {"source": "loss"}, "graphs"))
    assert described.outcome is Outcome.OK
    assert described.blobs == ()
    graph = report(described).graph
    assert graph is not None
    assert [edge.share for edge in graph.edges] == ["54.6", "218.4"]

    for data in ({"graph": to_data(graph)}, {"text": FORMULA}):
        result = await pool.run(Job("graph.draw", data, "graphs"))
        assert result.outcome is Outcome.OK
        assert result.output == ""
        assert len(result.blobs) == 1


async def test_session_keeps_its_graph(pool: Pool) -> None:
    cell = "w = torch.tensor(2.0, requires_grad=True)\nloss = w ** 2"
    await pool.run(Job("cell.evaluate", {"source": cell}, "graphs"))
    await pool.run(Job("graph.variable", {"source": "loss"}, "graphs"))

    after = await pool.run(Job("cell.evaluate", {"source": "loss.backward(); w.grad"}, "graphs"))

    assert after.data["value"] == "tensor(4.)"
