"""Where the boxes of a graph stand and how its edges run: `dot`, in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pygraphviz import AGraph

Size = tuple[float, float]
Spot = tuple[float, float]
_INCH: Final = 72.0  # what dot calls a point is a pixel of ours


@dataclass(frozen=True, slots=True)
class Tie:
    """An edge between two boxes by their places; `label` is the size of what stands on it."""

    start: int
    end: int
    label: Size | None


@dataclass(frozen=True, slots=True)
class Curve:
    """Control points of cubic curves joined to one; an arrow goes on from the last to `tip`."""

    points: tuple[Spot, ...]
    tip: Spot | None


@dataclass(frozen=True, slots=True)
class Layout:
    """Centres of boxes and of labels (None: there is none), and the curves of the edges.

    The origin is at the lower left. An edge with a label has two curves, up to it and on from it;
    `curves` has those of one edge together.
    """

    width: float
    height: float
    boxes: tuple[Spot, ...]
    labels: tuple[Spot | None, ...]
    curves: tuple[tuple[Curve, ...], ...]


def lay_out(
    boxes: Sequence[Size], ties: Sequence[Tie], bottom: Sequence[int] = (), low: bool = True
) -> Layout:
    """Boxes in ranks from top to bottom, none on another.

    Those of `bottom` share the last rank. A label is a box of its own on its edge, so that
    nothing else runs through it: right above the end of the edge if `low`, else right below its
    start.

    >>> found = lay_out([(40, 20), (40, 20)], [Tie(0, 1, None)])
    >>> found.boxes[0][1] > found.boxes[1][1], len(found.curves[0])
    (True, 1)
    """
    graph = AGraph(directed=True, strict=False)
    graph.graph_attr.update(
        nodesep="0.3", ranksep="0.4", splines="true",
        outputorder="nodesfirst", nslimit="4", nslimit1="4", mclimit="1", maxiter="2000",
    )  # fmt: skip
    # Fixed sizes and empty labels: then no font is asked of the system.
    graph.node_attr.update(shape="box", fixedsize="true", label="", fontname="")
    for place, size in enumerate(boxes):
        _add(graph, f"b{place}", size)
    for place, tie in enumerate(ties):
        _tie(graph, place, tie, low)
    if bottom:
        graph.add_subgraph([f"b{place}" for place in bottom], rank="sink")
    graph.layout("dot")
    return _read(graph, len(boxes), ties)


def _add(graph: AGraph, name: str, size: Size) -> None:
    graph.add_node(name, width=f"{size[0] / _INCH:.4f}", height=f"{size[1] / _INCH:.4f}")


def _tie(graph: AGraph, place: int, tie: Tie, low: bool) -> None:
    start, end = f"b{tie.start}", f"b{tie.end}"
    if tie.label is None:
        graph.add_edge(start, end, key=f"e{place}")
        return
    _add(graph, f"l{place}", tie.label)
    # The heavier part of the edge is kept short.
    above, below = ("1", "4") if low else ("4", "1")
    graph.add_edge(start, f"l{place}", key=f"u{place}", weight=above, arrowhead="none")
    graph.add_edge(f"l{place}", end, key=f"e{place}", weight=below)


def _read(graph: AGraph, boxes: int, ties: Sequence[Tie]) -> Layout:
    _, _, width, height = map(float, graph.graph_attr["bb"].split(","))
    return Layout(
        width,
        height,
        tuple(_spot(graph.get_node(f"b{place}").attr["pos"]) for place in range(boxes)),
        tuple(
            _spot(graph.get_node(f"l{place}").attr["pos"]) if tie.label else None
            for place, tie in enumerate(ties)
        ),
        tuple(_curves(graph, place, tie) for place, tie in enumerate(ties)),
    )


def _curves(graph: AGraph, place: int, tie: Tie) -> tuple[Curve, ...]:
    start, end = f"b{tie.start}", f"b{tie.end}"
    if tie.label is None:
        return (_curve(graph.get_edge(start, end, f"e{place}")),)
    label = f"l{place}"
    return (
        _curve(graph.get_edge(start, label, f"u{place}")),
        _curve(graph.get_edge(label, end, f"e{place}")),
    )


def _curve(edge: Any) -> Curve:
    points, tip = [], None
    for word in edge.attr["pos"].split():
        if word.startswith("e,"):
            tip = _spot(word[2:])
        else:
            points.append(_spot(word))
    return Curve(tuple(points), tip)


def _spot(text: str) -> Spot:
    x, y = text.split(",")[:2]
    return float(x), float(y)
