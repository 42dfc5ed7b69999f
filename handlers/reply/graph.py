"""What is said beside the picture of an autograd graph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from engine.records import Graph, GraphNode, GraphReport, Note
from handlers.reply.explained import worded
from handlers.reply.misread import misread
from handlers.reply.text import code, harmless, one_line, pre
from handlers.words import Say

TITLE_UNITS: Final = 120
NAME_UNITS: Final = 40
GRADIENTS: Final = 4  # in words; the picture has them all
GRADIENT_UNITS: Final = 100
IN_ONE_PIECE: Final = 12  # nodes; a larger picture may be in sections
_SHAPE = re.compile(r"\((\d+,?\s?)+\)")


def graph_blocks(graph: Graph, say: Say) -> Iterator[Markup]:
    """The value and the gradient of every leaf, so that nobody has to see it; how to read it."""
    yield graph_short(graph, say)
    told = [name for name, _ in _sums(graph)[:1]]
    others = [each for each in _gradients(graph) if each[0] not in told][:GRADIENTS]
    if others:
        lines = [say("graph.other", name=name, gradient=text) for name, text in others]
        yield Markup("\n").join(lines)
    yield from _notes(graph, say)
    reading = say(_reading(graph))
    yield reading + " " + say("graph.links") if len(graph.nodes) > IN_ONE_PIECE else reading


def _reading(graph: Graph) -> str:
    """How the arrows are read: with derivatives, with gradients of tensors alone, or bare."""
    if any(edge.local for edge in graph.edges):
        return "graph.reading"
    return "graph.tensors" if any(edge.share for edge in graph.edges) else "graph.structure"


def graph_short(graph: Graph, say: Say) -> Markup:
    """One line: the title, and the first sum of shares if there is one."""
    name, equals, value = one_line(graph.title, TITLE_UNITS).partition(" = ")
    title = Markup("<b>{}{}{}</b>").format(name, equals, _sized(value))
    for name, total in _sums(graph)[:1]:
        return say("graph.answer", title=title, name=name, sum=total)
    return title


def refusal(report: GraphReport, say: Say) -> Markup | None:
    """Why there is no picture, and what to send instead; None when nothing is said of it."""
    if report.mistake is not None:
        return misread(report.mistake, say)
    return _refused(report.refused, say) if report.refused is not None else None


def _refused(note: Note, say: Say) -> Markup | None:
    words, example = worded(say, note.key, note.values), note.values.get("example")
    if words is None or not isinstance(example, str):
        return words
    return words + "\n" + pre(harmless(f"/graph {example}"))


def _sums(graph: Graph) -> list[tuple[Markup, Markup]]:
    """The leaves whose gradient is a sum of shares."""
    leaves = ((node, graph.sum_into(place)) for place, node in enumerate(graph.nodes) if node.leaf)
    return [(_named(node), _told(total)) for node, total in leaves if total]


def _gradients(graph: Graph) -> list[tuple[Markup, Markup]]:
    """Every leaf with its gradient, as a sum where it is one."""
    return [
        (_named(node), _told(graph.sum_into(place) or _sized(node.gradient)))
        for place, node in enumerate(graph.nodes)
        if node.leaf and node.gradient
    ]


def _sized(text: str) -> str:
    """A shape is called one: beside a name it would look like a value."""
    return f"shape {text}" if _SHAPE.fullmatch(text) else text


def _named(node: GraphNode) -> Markup:
    return code(one_line(node.text, NAME_UNITS))


def _told(text: str) -> Markup:
    return Markup.escape(one_line(text, GRADIENT_UNITS))


def _notes(graph: Graph, say: Say) -> Iterator[Markup]:
    for note in graph.notes:
        if note.key.startswith("note.") and (words := worded(say, note.key, note.values)):
            yield words
