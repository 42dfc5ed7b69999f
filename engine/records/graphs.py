"""The autograd graph as it is drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from engine.records.gradients import Misread
from engine.records.note import Note
from engine.records.sums import sum_text

SUMMANDS: Final = 4
_NUMBER = re.compile(r"-?(\d+(\.\d+)?(e[-+]?\d+)?|inf|nan)")


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A leaf or an operation.

    `kind` is torch's own name, "PowBackward0"; "AccumulateGrad" for a leaf that requires grad.
    `text` is what it computes, "x²", or the name of the leaf; `value` and `gradient` (the one
    that arrives) are texts, empty where unknown.
    """

    kind: str
    text: str
    value: str
    gradient: str
    leaf: bool


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """From a result down to one of its inputs, by their places in the list of nodes.

    `local` is the derivative of the one by the other, `share` the part of the input's gradient
    that comes this way; empty where unknown.
    """

    result: int
    input: int
    local: str
    share: str


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes, the root first, and edges."""

    title: str  # "f(2, 2) = 24"
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    notes: tuple[Note, ...]

    def sum_into(self, place: int) -> str:
        """The gradient of a node as a sum, "4 + 2 + 8 = 14": of two to `SUMMANDS` numbers.

        Empty where it is none.
        """
        shares = [edge.share for edge in self.edges if edge.input == place]
        if not 1 < len(shares) <= SUMMANDS:
            return ""
        numbers = [*shares, self.nodes[place].gradient]
        if not all(len(text) < 20 and _NUMBER.fullmatch(text) for text in numbers):
            return ""
        return sum_text(shares, numbers[-1])


@dataclass(frozen=True, slots=True)
class GraphReport:
    """A graph, or why there is none; the picture is the blob beside it.

    `refused` is what is wrong where no text is at fault: too large, no graph, no such name.
    """

    graph: Graph | None
    mistake: Misread | None
    refused: Note | None
