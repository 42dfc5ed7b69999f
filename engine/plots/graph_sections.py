"""A graph in sections that fit side by side, joined by small links that carry a number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.plots.graph_boxes import Box, Style, edge_box, link_box, node_box
from engine.plots.layout import Tie
from engine.records import Graph, GraphNode

LEAVES_BELOW: Final = 4  # so many share the last rank; more would only make it wide
_NAME: Final = 6  # letters of a leaf that its link shows instead of a number
_AROUND: Final = 2  # nodes by which a cut may move to cross fewer edges


@dataclass(frozen=True, slots=True)
class Item:
    """A box: of the node `node`, or of a link, which has none."""

    box: Box
    role: str  # "root", "leaf", "operation" or "link"
    node: int | None = None


@dataclass(frozen=True, slots=True)
class Strand:
    """An edge between items of one section; `warm`: it brings a share to a leaf."""

    start: int
    end: int
    pill: Box | None
    warm: bool

    @property
    def tie(self) -> Tie:
        return Tie(self.start, self.end, self.pill.size if self.pill else None)


@dataclass(slots=True)
class Section:
    """Boxes that are laid out together, and the edges between them."""

    items: list[Item] = field(default_factory=list)
    strands: list[Strand] = field(default_factory=list)

    @property
    def ties(self) -> list[Tie]:
        """The edges as they are laid out."""
        return [strand.tie for strand in self.strands]

    @property
    def bottom(self) -> list[int]:
        """The leaves, if they are few enough to stand side by side."""
        leaves = [place for place, item in enumerate(self.items) if item.role == "leaf"]
        return leaves if len(leaves) <= LEAVES_BELOW else []


def sections(graph: Graph, style: Style, count: int) -> list[Section]:
    """The graph in `count` sections, from the root on."""
    return _Cutting(graph, style, _chunks(graph, count)).sections()


class _Cutting:
    def __init__(self, graph: Graph, style: Style, chunks: Sequence[Sequence[int]]) -> None:
        self._graph = graph
        self._style = style
        self._sections = [Section() for _ in chunks]
        self._home = {node: place for place, chunk in enumerate(chunks) for node in chunk}
        self._places: dict[tuple[int, int], int] = {}  # of a node in its section
        self._links: dict[tuple[int, str, int], int] = {}  # of a link in a section
        self._numbers: dict[tuple[str, int], str] = {}
        for chunk in chunks:
            for node in chunk:
                self._put_node(node)

    def sections(self) -> list[Section]:
        sources = self._crossing_sources()
        for edge in self._graph.edges:
            above, below = self._home[edge.result], self._home[edge.input]
            pill = edge_box(edge, self._style)
            warm = bool(edge.share) and self._graph.nodes[edge.input].leaf
            start, end = self._places[above, edge.result], self._places[below, edge.input]
            if above == below:
                self._sections[above].strands.append(Strand(start, end, pill, warm))
            elif len(sources[edge.input]) > 1:  # they meet at a link to where they go
                link = self._link(above, "to", edge.input)
                self._sections[above].strands.append(Strand(start, link, pill, warm))
                self._once(below, self._link(below, "to", edge.input), end, warm)
            else:
                self._once(above, start, self._link(above, "from", edge.result), warm=False)
                link = self._link(below, "from", edge.result)
                self._sections[below].strands.append(Strand(link, end, pill, warm))
        return self._sections

    def _put_node(self, node: int) -> None:
        home = self._home[node]
        box = node_box(self._graph, node, self._style)
        role = "root" if node == 0 else _role(self._graph.nodes[node])
        self._places[home, node] = self._put(home, Item(box, role, node))

    def _put(self, section: int, item: Item) -> int:
        self._sections[section].items.append(item)
        return len(self._sections[section].items) - 1

    def _link(self, section: int, way: str, node: int) -> int:
        """The link to or from a node in a section, made when first asked for."""
        key = (section, way, node)
        if key not in self._links:
            text = self._numbers.setdefault((way, node), self._named(way, node))
            self._links[key] = self._put(section, Item(link_box(text, self._style), "link"))
        return self._links[key]

    def _named(self, way: str, node: int) -> str:
        leaf = self._graph.nodes[node]
        short = way == "to" and leaf.leaf and leaf.text.isidentifier() and len(leaf.text) <= _NAME
        return leaf.text if short else str(len(self._numbers) + 1)

    def _once(self, section: int, start: int, end: int, warm: bool) -> None:
        strand = Strand(start, end, None, warm)
        if strand not in self._sections[section].strands:
            self._sections[section].strands.append(strand)

    def _crossing_sources(self) -> dict[int, set[int]]:
        sources: dict[int, set[int]] = defaultdict(set)
        for edge in self._graph.edges:
            if self._home[edge.result] != self._home[edge.input]:
                sources[edge.input].add(edge.result)
        return sources


def _role(node: GraphNode) -> str:
    return "leaf" if node.leaf else "operation"


def _chunks(graph: Graph, count: int) -> list[list[int]]:
    """The nodes in reading order, cut into parts of about one size where few edges cross."""
    order = reading_order(graph)
    rank = {node: place for place, node in enumerate(order)}
    spans = [sorted((rank[edge.result], rank[edge.input])) for edge in graph.edges]

    def crossing(cut: int) -> tuple[int, int]:
        return sum(first < cut <= last for first, last in spans), abs(cut - ideal)

    cuts = [0]
    for part in range(1, count):
        ideal = round(part * len(order) / count)
        near = range(max(cuts[-1] + 1, ideal - _AROUND), min(len(order), ideal + _AROUND + 1))
        cuts.append(min(near, key=crossing, default=cuts[-1]))
    ends = [*cuts[1:], len(order)]
    return [chunk for start, end in zip(cuts, ends, strict=True) if (chunk := order[start:end])]


def reading_order(graph: Graph) -> list[int]:
    """Results before their inputs, and what belongs together close to each other.

    Of the inputs of a result those with less beneath them come first.
    """
    below: dict[int, list[int]] = defaultdict(list)
    for edge in graph.edges:
        below[edge.result].append(edge.input)
    places = range(len(graph.nodes))
    size = {node: len(_reached(node, below)) for node in places}
    # Backwards: a node is put down once all beneath it are, the largest part first.
    finished: dict[int, None] = {}
    for node in places:
        _finish(node, below, lambda child: -size[child], finished, set())
    order = [*finished][::-1]
    return [0, *(node for node in order if node)]


def _finish(
    node: int,
    below: dict[int, list[int]],
    key: Callable[[int], int],
    finished: dict[int, None],
    entered: set[int],
) -> None:
    if node in entered or node in finished:
        return
    entered.add(node)
    for child in sorted(below[node], key=key):
        _finish(child, below, key, finished, entered)
    finished[node] = None


def _reached(node: int, below: dict[int, list[int]]) -> set[int]:
    reached, waiting = {node}, [node]
    while waiting:
        for child in below[waiting.pop()]:
            if child not in reached:
                reached.add(child)
                waiting.append(child)
    return reached
