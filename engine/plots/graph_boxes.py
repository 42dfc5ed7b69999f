"""What stands in the boxes of an autograd graph, on its edges and above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.plots.layout import Size
from engine.plots.letters import Line, Run, line_height, line_width, shortened, wrapped
from engine.records import Graph, GraphEdge

INK: Final = "#161B26"
GREY: Final = "#5A6375"
PALE: Final = "#FFFFFF"
ACCENT: Final = "#B02A0C"  # gradients
_PAD_X, _PAD_Y = 18.0, 12.0
_PILL_X, _PILL_Y = 12.0, 5.0


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes of letters, and how many characters are shown of a text."""

    text: float = 34.0
    small: float = 27.0
    title: float = 44.0
    most: int = 22
    lines: int = 2
    figure: int = 16
    beside: int = 40  # characters of an edge that stand on one line


ROOMY: Final = Style()
COMPACT: Final = Style(text=30.0, small=26.0, title=40.0, most=16, lines=1, figure=10, beside=6)


@dataclass(frozen=True, slots=True)
class Box:
    """Lines of text one under another, and the size of the box around them."""

    lines: tuple[Line, ...]
    size: Size


def node_box(graph: Graph, place: int, style: Style) -> Box:
    """What it computes, torch's name for it, its value and gradient; of a leaf how that adds up."""
    node = graph.nodes[place]
    texts = wrapped(node.text, style.most, style.lines) if node.text.strip() else []
    lines: list[Line] = [(Run(text, style.text, INK, True),) for text in texts]
    kind = Run(shortened(node.kind, style.most + 8), style.small, GREY)
    lines.append((kind,))
    figures = []
    if value := shortened(node.value, style.figure):
        value = value if value.startswith("(") else f"= {value}"  # a shape is not the value
        figures.append(Run(value, style.small, INK))
    gradient = shortened(node.gradient, style.figure)
    total = graph.sum_into(place) if node.leaf else ""
    if total:  # it has a line of its own
        lines += [(run,) for run in figures]
        figures = []
    if gradient:
        said = f"grad = {total}" if total else f"grad {gradient}"
        figures.append(Run(said, style.small, ACCENT, True))
    if figures:
        lines.append(tuple(figures))
    return _boxed(tuple(lines), _PAD_X, _PAD_Y)


def edge_box(edge: GraphEdge, style: Style) -> Box | None:
    """The local derivative and the share, or None when nothing is known of an edge."""
    local, share = (shortened(text, style.figure) for text in (edge.local, edge.share))
    known: list[Line] = []
    if local:
        times = f"×({local})" if local.startswith("-") else f"×{local}"
        known.append((Run(times, style.small, GREY),))
    if share:
        arrow = (Run("→", style.small, GREY),) if local else ()
        known.append((*arrow, Run(share, style.small, ACCENT, True)))
    if len(local + share) <= style.beside:
        known = [tuple(run for line in known for run in line)] if known else []
    return _boxed(tuple(known), _PILL_X, _PILL_Y) if known else None


def link_box(text: str, style: Style) -> Box:
    """What joins two sections: a number, or the name of the leaf it leads to."""
    box = _boxed(((Run(shortened(text, 8), style.small, PALE, True),),), _PILL_X, _PILL_Y)
    return Box(box.lines, (max(box.size), box.size[1]))  # at least a circle


def title_lines(graph: Graph, style: Style, width: float) -> tuple[Line, ...]:
    """The title in lines that fit into the width."""
    most = max(int(width / (0.68 * style.title)), 8)
    return tuple((Run(text, style.title, INK, True),) for text in wrapped(graph.title, most, 3))


def _boxed(lines: tuple[Line, ...], pad_x: float, pad_y: float) -> Box:
    width = max(map(line_width, lines)) + 2 * pad_x
    return Box(lines, (width, sum(map(line_height, lines)) + 2 * pad_y))
