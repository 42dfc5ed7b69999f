"""A walked graph and what flows through it as the record that is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from engine.graph.flow import CannotFlow, Flow, flow
from engine.graph.tensor_text import shape_text, tensor_text
from engine.graph.walk import NODES_MAX, TooLarge, Walked, is_leaf, is_of_user, kind
from engine.records import Graph, GraphEdge, GraphNode, Note

_FREED = "backward through the graph a second time"
_CHANGED = "modified by an inplace operation"
ERROR_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Label:
    """What a node computes, or the name of a leaf, and what came of it."""

    text: str
    value: str


Labels = Mapping[int, Label]  # by id of the node


def graph_of(title: str, walked: Walked, labels: Labels, notes: tuple[Note, ...] = ()) -> Graph:
    """The record of a walked graph; a note says why nothing flows where that is so."""
    try:
        return _record(title, walked, labels, _flow(walked), notes)
    except CannotFlow as error:
        return _record(title, walked, labels, None, (*notes, _why(str(error))))


def too_large(found: TooLarge) -> Note:
    """That it has more nodes than are drawn, and how many."""
    key = "mistake.graph_huge" if found.more else "mistake.graph_large"
    return Note(key, {"count": found.count, "most": NODES_MAX})


class _NotANumber(CannotFlow):
    """Only of a single number there is a gradient."""


def _flow(walked: Walked) -> Flow:
    shapes = [tuple(meta.shape) for meta in getattr(walked.nodes[0], "_input_metadata", ())]
    if len(shapes) != 1 or shapes[0] not in ((), (1,)):
        raise _NotANumber(_NotANumber.__doc__)
    return flow(walked)


def _why(error: str) -> Note:
    if error == _NotANumber.__doc__:
        return Note("note.graph_root")
    if _FREED in error:
        return Note("note.graph_freed")
    if _CHANGED in error:
        return Note("note.graph_changed")
    if not error:
        return Note("note.graph_heavy")
    return Note("note.graph_failed", {"error": error.partition("\n")[0][:ERROR_CHARACTERS]})


def _record(
    title: str, walked: Walked, labels: Labels, found: Flow | None, notes: tuple[Note, ...]
) -> Graph:
    nodes = tuple(
        _node(node, labels.get(id(node)), found.arriving[place] if found else None)
        for place, node in enumerate(walked.nodes)
    )
    edges = tuple(
        GraphEdge(
            link.result,
            link.input,
            _text(found.locals[place]) if found else "",
            _text(found.shares[place]) if found else "",
        )
        for place, link in enumerate(walked.links)
    )
    return Graph(title, nodes, edges, notes)


def _node(node: Any, label: Label | None, gradient: Tensor | None) -> GraphNode:
    return GraphNode(
        kind(node),
        label.text if label else "",
        (label.value if label else "") or _known(node),
        _text(gradient),
        is_leaf(node),
    )


def _known(node: Any) -> str:
    """The value where the node has kept it, else the shape of it."""
    if is_leaf(node):
        return tensor_text(node.variable.detach())
    if not is_of_user(node):  # its attributes are a user's own
        try:
            kept = getattr(node, "_saved_result", None)
        except RuntimeError:  # freed, or changed in place
            kept = None
        if isinstance(kept, Tensor):
            return tensor_text(kept.detach())
    outputs = node._input_metadata
    return shape_text(tuple(outputs[0].shape)) if len(outputs) == 1 else ""


def _text(tensor: Tensor | None) -> str:
    return "" if tensor is None else tensor_text(tensor)
