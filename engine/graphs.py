"""The autograd graph of a formula or of a session's variable, and its picture."""

from __future__ import annotations

from engine.formula.request import read_request
from engine.graph.formula_graph import formula_graph
from engine.graph.session_graph import variable_graph
from engine.graph.walk import EDGES_MAX, NODES_MAX
from engine.notebook.interpreter import Raised, attempt, undisturbed
from engine.notebook.state import notebook_of
from engine.plots.graph import draw_graph
from engine.records import (
    Answer,
    Call,
    Graph,
    GraphEdge,
    GraphNode,
    GraphReport,
    Malformed,
    Misread,
    Note,
    from_data,
    to_data,
)
from engine.tracing.aside import aside


def draw(call: Call) -> Answer:
    """The desk job "graph.draw": {"text"} or {"graph"} -> a `GraphReport`, its picture a blob.

    The text is a formula at a point. A graph comes from a session, which may have forged it.
    """
    if "graph" in call.data:
        return _drawn(_checked(call.data["graph"]))
    read = read_request(call.data["text"])
    if isinstance(read, Misread):
        return Answer(to_data(GraphReport(None, read, None)))
    return _drawn(formula_graph(read))


def variable(call: Call) -> Answer:
    """The session job "graph.variable": {"source"} -> a `GraphReport` without a picture."""
    with undisturbed():
        notebook = notebook_of(call.session)
        with aside(notebook):
            found = attempt(lambda: variable_graph(notebook, call.data["source"]))
    if isinstance(found, Raised):  # an interrupt, or what we draw it with was replaced
        return Answer({}, raised=True)
    return Answer(to_data(_reported(found)))


def warm() -> None:
    """Do before a fork what the first picture would wait for; runs no backward."""
    leaf = GraphNode("AccumulateGrad", "x", "2", "4", True)
    square = GraphNode("PowBackward0", "x²", "4", "1", False)
    draw_graph(Graph("f(2) = 4", (square, leaf), (GraphEdge(0, 1, "4", "4"),), ()))


def _checked(data: object) -> Graph | Note:
    try:
        graph = from_data(Graph, data)
    except Malformed:
        return Note("mistake.graph_forged")
    places = range(len(graph.nodes))
    sound = (
        0 < len(graph.nodes) <= NODES_MAX
        and len(graph.edges) <= EDGES_MAX
        and all(edge.result in places and edge.input in places for edge in graph.edges)
    )
    return graph if sound else Note("mistake.graph_forged")


def _drawn(found: Graph | Note) -> Answer:
    pictures = (draw_graph(found),) if isinstance(found, Graph) else ()
    return Answer(to_data(_reported(found)), pictures)


def _reported(found: Graph | Note) -> GraphReport:
    if isinstance(found, Graph):
        return GraphReport(found, None, None)
    return GraphReport(None, None, found)
