"""The autograd graph of a tensor: its nodes as torch names them, and the edges between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import torch

NODES_MAX: Final = 60
EDGES_MAX: Final = 150
COUNTED_MAX: Final = 10_000

_LEAF: Final = torch._C._functions.AccumulateGrad  # type: ignore[attr-defined]
_Function = torch.autograd.function.BackwardCFunction


@dataclass(frozen=True, slots=True)
class Link:
    """An edge: what stands at `slot` among the inputs of a node is output `output` of another."""

    result: int
    input: int
    slot: int
    output: int


@dataclass(frozen=True, slots=True)
class Walked:
    """Nodes, the root first, nearer ones before farther ones, and the links between them."""

    nodes: tuple[Any, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class TooLarge:
    """How many nodes there are; with `more` they were not counted to the end."""

    count: int
    more: bool


def walk(root: Any) -> Walked | TooLarge:
    """The graph beneath a node, which stays as it is; None among its inputs is left out.

    Of a graph with more than `NODES_MAX` nodes only their number, counted to `COUNTED_MAX`.

    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> walked = walk((x * x + 1).grad_fn)
    >>> [kind(node) for node in walked.nodes]
    ['AddBackward0', 'MulBackward0', 'AccumulateGrad']
    >>> [(link.result, link.input, link.slot) for link in walked.links]
    [(0, 1, 0), (1, 2, 0), (1, 2, 1)]
    """
    nodes, places = [root], {id(root): 0}
    links: list[Link] = []
    for place, node in enumerate(nodes):
        for slot, (below, output) in enumerate(node.next_functions):
            if below is None:
                continue
            if id(below) not in places:
                places[id(below)] = len(nodes)
                nodes.append(below)
                if len(nodes) > COUNTED_MAX:
                    return TooLarge(COUNTED_MAX, more=True)
            if len(nodes) <= NODES_MAX:
                links.append(Link(place, places[id(below)], slot, output))
    if len(nodes) > NODES_MAX or len(links) > EDGES_MAX:
        return TooLarge(len(nodes), more=False)
    return Walked(tuple(nodes), tuple(links))


def kind(node: Any) -> str:
    """Torch's own name of a node, without the namespace of C++."""
    return str(node.name()).rpartition("::")[2]


def is_leaf(node: Any) -> bool:
    """Whether gradients end here: a tensor that a user has made."""
    return isinstance(node, _LEAF)


def is_of_user(node: Any) -> bool:
    """Whether it is the backward of a `torch.autograd.Function`."""
    return isinstance(node, _Function)
