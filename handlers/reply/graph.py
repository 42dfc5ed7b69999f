"""What is said beside the picture of an autograd graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from engine.records import Graph, GraphReport, Note
from handlers.reply.explained import worded
from handlers.reply.misread import misread
from handlers.reply.text import clip, code, harmless, one_line, pre
from handlers.words import Say

TITLE_UNITS: Final = 120
NAME_UNITS: Final = 40
SUMS: Final = 4
IN_ONE_PIECE: Final = 12  # nodes; a larger picture may be in sections


def graph_blocks(graph: Graph, say: Say) -> Iterator[Markup]:
    """The value and how the gradient of the first leaf adds up; other leaves; how to read it."""
    yield graph_short(graph, say)
    others = [say("graph.other", name=name, sum=total) for name, total in _sums(graph)[1:]]
    yield from others[: SUMS - 1]
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
    title = Markup("<b>{}</b>").format(one_line(graph.title, TITLE_UNITS))
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
    found = []
    for place, node in enumerate(graph.nodes):
        if node.leaf and (total := graph.sum_into(place)):
            found.append((code(one_line(node.text, NAME_UNITS)), Markup.escape(clip(total, 100))))
    return found


def _notes(graph: Graph, say: Say) -> Iterator[Markup]:
    for note in graph.notes:
        if note.key.startswith("note.") and (words := worded(say, note.key, note.values)):
            yield words
