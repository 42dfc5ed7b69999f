"""The autograd graph as a picture: results above, leaves below, gradients on the way down."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Patch, PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.text import Text

from engine.plots.graph_boxes import (
    ACCENT,
    COMPACT,
    ROOMY,
    Box,
    Style,
    edge_box,
    node_box,
    title_lines,
)
from engine.plots.layout import Curve, Layout, Spot, Tie, lay_out
from engine.plots.letters import Line, gap, line_height, line_width
from engine.records import Graph, GraphNode

MARGIN: Final = 36.0
WIDTH, HEIGHT = 2500.0, 4000.0
LEAST_WIDTH: Final = 720.0
SMALLEST: Final = 0.77  # of the size of letters: 20 pixels
LEAVES_BELOW: Final = 4  # so many share the last rank; more would only make it wide

PAPER: Final = "#F4F6FB"
LINE_COLOUR: Final = "#7C879B"
LINE_WIDTH: Final = 3.0
HEAD: Final = 7.0  # half of its width
_FILLS: Final = {  # fill and border
    "root": ("#DFE8FF", "#3B5BDB"),
    "leaf": ("#DDF3E4", "#237A48"),
    "operation": ("#FFFFFF", "#A9B3C6"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Boxes and where they stand; `scale` brings the whole to the size of a picture."""

    graph: Graph
    boxes: tuple[Box, ...]
    pills: tuple[Box | None, ...]
    title: tuple[Line, ...]
    layout: Layout
    width: float
    height: float
    scale: float


def draw_graph(graph: Graph) -> bytes:
    """A PNG of the graph, at most `WIDTH` × `HEIGHT` pixels unless letters would be too small.

    Its texts may be anything: they are cut and shown as they are. Places of edges must be in the
    list of nodes.
    """
    figure = figure_of(plan := planned(graph))
    stream = io.BytesIO()
    with warnings.catch_warnings(action="ignore"):  # a letter that the font lacks is a box
        figure.savefig(stream, format="png", dpi=72 * plan.scale)
    return stream.getvalue()


def planned(graph: Graph) -> Plan:
    """The roomiest of the ways to draw it whose letters stay legible, else the most legible."""
    plans = []
    for style, sideways in ((ROOMY, False), (COMPACT, False), (ROOMY, True), (COMPACT, True)):
        plan = _plan(graph, style, sideways)
        if plan.scale >= SMALLEST:
            return plan
        plans.append(plan)
    return max(plans, key=lambda plan: plan.scale)


def figure_of(plan: Plan) -> Figure:
    """The plan drawn, a unit of its axes to a pixel before it is scaled."""
    figure = Figure((plan.width / 72, plan.height / 72), dpi=72, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_xlim(0, plan.width)
    axes.set_ylim(0, plan.height)
    for artist in _artists(plan):
        axes.add_artist(artist)
    return figure


def _plan(graph: Graph, style: Style, sideways: bool) -> Plan:
    boxes = tuple(node_box(graph, place, style) for place in range(len(graph.nodes)))
    pills = tuple(edge_box(edge, style) for edge in graph.edges)
    ties = [
        Tie(edge.result, edge.input, pill.size if pill else None)
        for edge, pill in zip(graph.edges, pills, strict=True)
    ]
    leaves = [place for place, node in enumerate(graph.nodes) if node.leaf and place]
    bottom = leaves if len(leaves) <= LEAVES_BELOW else []
    layout = lay_out([box.size for box in boxes], ties, bottom, sideways)
    width = max(layout.width + 2 * MARGIN, LEAST_WIDTH, layout.height * 0.45)
    title = title_lines(graph, style, width - 2 * MARGIN)
    height = layout.height + 2 * MARGIN + _title_height(title)
    scale = min(1.0, WIDTH / width, HEIGHT / height)
    return Plan(graph, boxes, pills, title, layout, width, height, scale)


def _title_height(title: tuple[Line, ...]) -> float:
    return sum(map(line_height, title)) + 0.6 * line_height(title[0])


def _artists(plan: Plan) -> Iterator[Patch | Text]:
    left, low = (plan.width - plan.layout.width) / 2, MARGIN
    nodes = plan.graph.nodes
    for edge, curves in zip(plan.graph.edges, plan.layout.curves, strict=True):
        colour = ACCENT if nodes[edge.input].leaf and edge.share else LINE_COLOUR
        yield from _edge(curves, left, low, colour)
    for node, box, (x, y) in zip(nodes, plan.boxes, plan.layout.boxes, strict=True):
        fill, border = _FILLS[_role(node, plan.graph)]
        yield _frame(box, (x + left, y + low), fill, border, 12.0, 3.0)
        yield from _texts(box, (x + left, y + low))
    for pill, spot in zip(plan.pills, plan.layout.labels, strict=True):
        if pill is not None and spot is not None:
            middle = (spot[0] + left, spot[1] + low)
            yield _frame(pill, middle, PAPER, "#C9D0DD", pill.size[1] / 2, 2.0)
            yield from _texts(pill, middle)
    heading = Box(plan.title, (0.0, sum(map(line_height, plan.title))))
    yield from _texts(heading, (plan.width / 2, plan.height - MARGIN - heading.size[1] / 2))


def _role(node: GraphNode, graph: Graph) -> str:
    if node is graph.nodes[0]:
        return "root"
    return "leaf" if node.leaf else "operation"


def _frame(
    box: Box, middle: Spot, fill: str, border: str, rounding: float, line: float
) -> FancyBboxPatch:
    width, height = box.size
    corner = (middle[0] - width / 2, middle[1] - height / 2)
    shape = f"round,pad=0,rounding_size={min(rounding, height / 2)}"
    return FancyBboxPatch(
        corner, width, height, boxstyle=shape, facecolor=fill, edgecolor=border, linewidth=line
    )


def _texts(box: Box, middle: Spot) -> Iterator[Text]:
    top = middle[1] + sum(map(line_height, box.lines)) / 2
    for line in box.lines:
        top -= line_height(line)
        x = middle[0] - line_width(line) / 2
        for run in line:
            yield Text(
                x, top + 0.34 * run.size, run.text,
                color=run.colour, fontproperties=run.font, parse_math=False, va="baseline",
            )  # fmt: skip
            x += run.width + gap(line)


def _edge(curves: tuple[Curve, ...], left: float, low: float, colour: str) -> Iterator[Patch]:
    for curve in curves:
        points = [(x + left, y + low) for x, y in curve.points]
        codes = [Path.MOVETO, *[Path.CURVE4] * (len(points) - 1)]
        path = Path(points, codes)
        yield PathPatch(path, facecolor="none", edgecolor=colour, linewidth=LINE_WIDTH)
        if curve.tip is not None:
            tip = (curve.tip[0] + left, curve.tip[1] + low)
            yield Polygon(_head(points[-1], tip), facecolor=colour, edgecolor=colour)


def _head(base: Spot, tip: Spot) -> list[Spot]:
    """The head of an arrow; dot leaves it a room of its own before the tip."""
    x, y = tip[0] - base[0], tip[1] - base[1]
    across = HEAD / max(math.hypot(x, y), 1e-6)
    side = (-y * across, x * across)
    return [
        tip,
        (base[0] + side[0], base[1] + side[1]),
        (base[0] - side[0], base[1] - side[1]),
    ]
