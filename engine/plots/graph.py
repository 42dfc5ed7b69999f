"""The autograd graph as a picture: results above, leaves below, gradients on the way down."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Patch, PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.text import Text

from engine.plots.drawing import Words, png_of
from engine.plots.graph_boxes import ACCENT, Box
from engine.plots.graph_plan import MARGIN, PANEL, Placed, Plan, planned
from engine.plots.layout import Curve, Spot
from engine.plots.letters import gap, line_height, line_width
from engine.records import Graph

PAPER: Final = "#EEF1F8"
BEHIND: Final = "#DFE4EF"
LINE_COLOUR: Final = "#7C879B"
LINE_WIDTH: Final = 3.0
HEAD: Final = 7.0  # half of its width
_FILLS: Final = {  # fill and border
    "root": ("#DFE8FF", "#3B5BDB"),
    "leaf": ("#DDF3E4", "#237A48"),
    "operation": ("#FFFFFF", "#A9B3C6"),
    "link": ("#3A4256", "#3A4256"),
}
_PILL: Final = (PAPER, "#C9D0DD")


def draw_graph(graph: Graph) -> bytes:
    """A PNG of the graph, at most 2500 × 4000 pixels.

    Its texts may be anything: they are cut and shown as they are. Places of edges must be in the
    list of nodes.
    """
    return png_of(figure_of(planned(graph)))


def figure_of(plan: Plan) -> Figure:
    """The plan as a figure; a unit of its axes is a pixel of a picture that is not scaled."""
    figure = Figure((plan.width / 72, plan.height / 72), dpi=72 * plan.scale, facecolor=PAPER)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_xlim(0, plan.width)
    axes.set_ylim(0, plan.height)
    for artist in _artists(plan):
        axes.add_artist(artist)
    return figure


def _artists(plan: Plan) -> Iterator[Patch | Text]:
    for placed in plan.placed:
        if len(plan.placed) > 1:
            yield _panel(placed)
        yield from _section(placed)
    heading = Box(plan.title, (0.0, sum(map(line_height, plan.title))))
    yield from _texts(heading, (plan.width / 2, plan.height - MARGIN - heading.size[1] / 2))


def _panel(placed: Placed) -> Patch:
    size = (placed.layout.width + 2 * PANEL, placed.layout.height + 2 * PANEL)
    middle = _moved((placed.layout.width / 2, placed.layout.height / 2), placed)
    return _frame(Box((), size), middle, (BEHIND, BEHIND), 24.0, 0.0)


def _section(placed: Placed) -> Iterator[Patch | Text]:
    section, layout = placed.section, placed.layout
    for strand, curves in zip(section.strands, layout.curves, strict=True):
        yield from _edge(curves, placed, ACCENT if strand.warm else LINE_COLOUR)
    for item, spot in zip(section.items, layout.boxes, strict=True):
        middle = _moved(spot, placed)
        rounding = 999.0 if item.role == "link" else 12.0
        yield _frame(item.box, middle, _FILLS[item.role], rounding, LINE_WIDTH)
        yield from _texts(item.box, middle)
    for strand, label in zip(section.strands, layout.labels, strict=True):
        if strand.pill is not None and label is not None:
            yield _frame(strand.pill, _moved(label, placed), _PILL, 999.0, 2.0)
            yield from _texts(strand.pill, _moved(label, placed))


def _moved(spot: Spot, placed: Placed) -> Spot:
    return spot[0] + placed.corner[0], spot[1] + placed.corner[1]


def _frame(
    box: Box, middle: Spot, colours: tuple[str, str], rounding: float, line: float
) -> FancyBboxPatch:
    width, height = box.size
    return FancyBboxPatch(
        (middle[0] - width / 2, middle[1] - height / 2),
        width,
        height,
        boxstyle=f"round,pad=0,rounding_size={min(rounding, height / 2)}",
        facecolor=colours[0],
        edgecolor=colours[1],
        linewidth=line,
    )


def _texts(box: Box, middle: Spot) -> Iterator[Text]:
    top = middle[1] + sum(map(line_height, box.lines)) / 2
    for line in box.lines:
        top -= line_height(line)
        x = middle[0] - line_width(line) / 2
        for run in line:
            yield Words(x, top + 0.34 * run.size, run)
            x += run.width + gap(line)


def _edge(curves: tuple[Curve, ...], placed: Placed, colour: str) -> Iterator[Patch]:
    for curve in curves:
        points = [_moved(point, placed) for point in curve.points]
        codes = [Path.MOVETO, *[Path.CURVE4] * (len(points) - 1)]
        path = Path(points, codes)
        yield PathPatch(path, facecolor="none", edgecolor=colour, linewidth=LINE_WIDTH)
        if curve.tip is not None:
            head = _head(points[-1], _moved(curve.tip, placed))
            yield Polygon(head, facecolor=colour, edgecolor=colour)


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
