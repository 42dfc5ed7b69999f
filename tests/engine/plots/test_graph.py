"""Pictures of graphs: of a size a phone can show, nothing on anything else, all text in its box."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from itertools import combinations

import matplotlib.image
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text

from engine.notebook.figures import PICTURE_BYTES_MAX, SIDE_MAX
from engine.plots.graph import draw_graph, figure_of
from engine.plots.graph_boxes import Box
from engine.plots.graph_plan import SMALLEST, Plan, planned
from engine.records import Graph, GraphEdge, GraphNode
from tests.engine.plots.made_graphs import GRAPHS, chain, formula, tangle

Rectangle = tuple[float, float, float, float]
SLACK = 0.5  # of a pixel


@pytest.fixture(params=GRAPHS)
def name(request: pytest.FixtureRequest) -> str:
    wanted: str = request.param
    return wanted


@cache
def plan_of(name: str) -> Plan:
    return planned(GRAPHS[name])


def rectangles(plan: Plan) -> Iterator[tuple[Box, Rectangle]]:
    """Boxes of nodes, links and edges as they stand in the picture."""
    for placed in plan.placed:
        x, y = placed.corner
        boxes = [item.box for item in placed.section.items]
        spots = [*placed.layout.boxes]
        for strand, label in zip(placed.section.strands, placed.layout.labels, strict=True):
            if strand.pill is not None and label is not None:
                boxes.append(strand.pill)
                spots.append(label)
        for box, (left, low) in zip(boxes, spots, strict=True):
            width, height = box.size
            corner = (left + x - width / 2, low + y - height / 2)
            yield box, (*corner, corner[0] + width, corner[1] + height)


def overlap(one: Rectangle, other: Rectangle) -> bool:
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > SLACK
        and min(one[3], other[3]) - max(one[1], other[1]) > SLACK
    )


@pytest.mark.parametrize("name", ["smallest", "five", "twenty", "sixty", "long texts"])
def test_picture_fits_where_it_is_sent(name: str) -> None:
    picture = draw_graph(GRAPHS[name])

    height, width = matplotlib.image.imread(io.BytesIO(picture)).shape[:2]
    assert max(width, height) <= SIDE_MAX
    assert width <= 2500
    assert height < 3 * width
    assert len(picture) <= PICTURE_BYTES_MAX


def test_nothing_stands_on_anything_else(name: str) -> None:
    plan = plan_of(name)
    found = [rectangle for _, rectangle in rectangles(plan)]

    assert not any(overlap(one, other) for one, other in combinations(found, 2))
    assert min(each[0] for each in found) >= 0
    assert min(each[1] for each in found) >= 0
    assert max(each[2] for each in found) <= plan.width
    assert max(each[3] for each in found) <= plan.height


@pytest.mark.filterwarnings("ignore:Glyph")
def test_every_text_is_within_its_box(name: str) -> None:
    plan = plan_of(name)
    figure = figure_of(plan)
    canvas = FigureCanvasAgg(figure)
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    frames = [each for each in figure.axes[0].patches if isinstance(each, FancyBboxPatch)]
    outlines = [each.get_window_extent(renderer) for each in frames]
    texts = [each for each in figure.axes[0].texts if isinstance(each, Text)]
    title = sum(map(len, plan.title))

    assert texts
    for text in texts[: len(texts) - title]:
        box = text.get_window_extent(renderer)
        assert any(
            o.x0 <= box.x0 and box.x1 <= o.x1 and o.y0 <= box.y0 and box.y1 <= o.y1
            for o in outlines
        ), text.get_text()
    for text in texts[len(texts) - title :]:
        box = text.get_window_extent(renderer)
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.width
        assert box.y1 <= figure.bbox.height


@pytest.mark.parametrize("name", sorted(set(GRAPHS) - {"sixty"}))
def test_letters_are_large_enough(name: str) -> None:
    assert plan_of(name).scale >= SMALLEST


@pytest.mark.parametrize("name", ["five", "twenty", "forty", "sixty", "chain of sixty", "network"])
def test_usual_graphs_are_upright(name: str) -> None:
    plan = plan_of(name)

    assert plan.height >= 0.9 * plan.width


def test_small_graph_is_in_one_piece() -> None:
    assert len(plan_of("five").placed) == 1
    assert len(plan_of("twenty").placed) <= 3


@pytest.mark.parametrize("graph", [chain(60), formula(40), tangle(30, 60)])
def test_sections_lose_no_node_and_no_edge(graph: Graph) -> None:
    plan = planned(graph)

    nodes = [item.node for placed in plan.placed for item in placed.section.items]
    assert sorted(n for n in nodes if n is not None) == [*range(len(graph.nodes))]
    pills = [s.pill for placed in plan.placed for s in placed.section.strands]
    assert sum(pill is not None for pill in pills) == len(graph.edges)


def test_sum_of_shares_stands_in_the_leaf() -> None:
    leaf = GraphNode("AccumulateGrad", "x", "2", "14", leaf=True)
    tops = [GraphNode("MulBackward0", f"h{n}", "", "1", False) for n in range(4)]
    edges = [GraphEdge(0, n, "", "") for n in (1, 2, 3)]
    edges += [GraphEdge(n, 4, "", share) for n, share in ((1, "4"), (2, "2"), (3, "8"))]
    figure = figure_of(planned(Graph("f", (*tops, leaf), tuple(edges), ())))

    assert "grad = 4 + 2 + 8 = 14" in [text.get_text() for text in figure.axes[0].texts]


def test_texts_are_shown_as_they_are() -> None:
    figure = figure_of(plan_of("long texts"))

    shown = [text.get_text() for text in figure.axes[0].texts]
    assert any(text.startswith("имя $x$ ? 漢字") for text in shown)
