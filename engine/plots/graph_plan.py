"""Where everything of an autograd graph stands in its picture, and how large that becomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.plots.graph_boxes import COMPACT, ROOMY, Style, title_lines
from engine.plots.graph_sections import Section, sections
from engine.plots.layout import Layout, Size, Spot, lay_out
from engine.plots.letters import Line, line_height
from engine.records import Graph

MARGIN: Final = 36.0
PANEL: Final = 20.0  # from what is in a section to its edge
GAP: Final = 20.0  # between sections
WIDTH, HEIGHT = 2500.0, 4000.0
LEAST_WIDTH: Final = 720.0
NARROW: Final = 1900.0  # what is not wider needs little enlarging
SMALLEST: Final = 0.77  # of the size of letters: 20 pixels
_TRIES: Final = (
    (ROOMY, 1), (COMPACT, 1), (ROOMY, 2), (COMPACT, 2),
    (COMPACT, 3), (COMPACT, 4), (COMPACT, 5), (COMPACT, 7), (COMPACT, 10),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """A section, what dot made of it, and its lower left corner in the picture."""

    section: Section
    layout: Layout
    corner: Spot


@dataclass(frozen=True, slots=True)
class Plan:
    """Sections and where they stand; `scale` brings the whole to the size of a picture."""

    placed: tuple[Placed, ...]
    title: tuple[Line, ...]
    width: float
    height: float
    scale: float

    @property
    def pixels(self) -> float:
        """How wide the picture is."""
        return self.width * self.scale


def planned(graph: Graph) -> Plan:
    """The first of the ways to draw it that a phone shows well, from roomy to cut into many."""
    plans = []
    for style, count in _TRIES:
        if count > 1 and count > len(graph.nodes) // 4:
            break
        plans.append(plan := _plan(graph, style, count))
        if plan.scale >= SMALLEST and plan.pixels <= NARROW:
            return plan
    return max(plans, key=_legible)


def _legible(plan: Plan) -> tuple[float, float]:
    """Letters large enough to be enlarged; then how large they are on a screen as it is."""
    return min(plan.scale, SMALLEST), plan.scale / max(plan.pixels, NARROW)


def _plan(graph: Graph, style: Style, count: int) -> Plan:
    cut = sections(graph, style, count)
    low = style is ROOMY
    layouts = [
        lay_out([each.box.size for each in part.items], part.ties, part.bottom, low) for part in cut
    ]
    around = PANEL if len(cut) > 1 else 0.0
    sizes = [(each.width + 2 * around, each.height + 2 * around) for each in layouts]
    plans = [_arranged(graph, style, cut, layouts, columns) for columns in _columnings(sizes)]
    return max(plans, key=lambda plan: plan.scale)


def _columnings(sizes: Sequence[Size]) -> Iterator[list[list[Size]]]:
    """Ways to put sections of these sizes into columns, in order, none of them much too high."""
    total = sum(height for _, height in sizes)
    for count in range(1, len(sizes) + 1):
        columns: list[list[Size]] = [[]]
        for size in sizes:
            high = sum(height for _, height in columns[-1])
            if columns[-1] and high + size[1] / 2 > total / count:
                columns.append([])
            columns[-1].append(size)
        yield columns


def _arranged(
    graph: Graph,
    style: Style,
    cut: Sequence[Section],
    layouts: Sequence[Layout],
    columns: list[list[Size]],
) -> Plan:
    widths = [max(width for width, _ in column) for column in columns]
    heights = [sum(height for _, height in col) + GAP * (len(col) - 1) for col in columns]
    inner = (sum(widths) + GAP * (len(columns) - 1), max(heights))
    width = max(inner[0] + 2 * MARGIN, LEAST_WIDTH, inner[1] * 0.45)
    title = title_lines(graph, style, width - 2 * MARGIN)
    height = inner[1] + 2 * MARGIN + title_height(title)
    corners = _corners(columns, widths, (width - inner[0]) / 2, MARGIN + inner[1])
    placed = tuple(map(Placed, cut, layouts, corners))
    return Plan(placed, title, width, height, min(1.0, WIDTH / width, HEIGHT / height))


def _corners(
    columns: list[list[Size]], widths: Sequence[float], left: float, top: float
) -> Iterator[Spot]:
    """The lower left corners of what is in the panels, each in the middle of its column."""
    around = PANEL if sum(map(len, columns)) > 1 else 0.0
    for column, wide in zip(columns, widths, strict=True):
        y = top
        for width, height in column:
            y -= height
            yield left + (wide - width) / 2 + around, y + around
            y -= GAP
        left += wide + GAP


def title_height(title: tuple[Line, ...]) -> float:
    """How high the title is, with the air below it."""
    return sum(map(line_height, title)) + 0.6 * line_height(title[0])
