"""What the colours and marks of a race mean, above the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from matplotlib.artist import Artist

from engine.plots.drawing import Words
from engine.plots.letters import Run, shortened
from engine.plots.page import INK
from engine.plots.race_marks import COLOURS, MARKERS, MOST, STAR, STAR_SIZE, line
from engine.plots.scale import figure
from engine.records.roots import Method, RaceLabels

ROW: Final = 56.0  # height of a line
KEY: Final = 33.0  # size of letters
MARK: Final = 66.0  # width of a mark, with its air
BETWEEN: Final = 26.0

Entry = tuple[str, str, str]  # text, marker, colour


def entries_of(
    methods: Sequence[Method], root: float | None, labels: RaceLabels
) -> Iterator[Entry]:
    """A method each, and the root."""
    names = {
        Method.NEWTON: labels.newton,
        Method.BISECTION: labels.bisection,
        Method.SAFEGUARDED: labels.safeguarded,
    }
    for method in Method:
        if method in methods:
            yield shortened(names[method], MOST), MARKERS[method], COLOURS[method]
    if root is not None:
        yield f"{shortened(labels.root, MOST)} {figure(root, 6)}", STAR, INK


def in_lines(entries: Iterator[Entry], width: float) -> list[list[Entry]]:
    """The entries in lines that fit into the width."""
    lines: list[list[Entry]] = [[]]
    left = 0.0
    for entry in entries:
        wide = MARK + Run(entry[0], KEY, INK).width + BETWEEN
        if lines[-1] and left + wide - BETWEEN > width:
            lines.append([])
            left = 0.0
        lines[-1].append(entry)
        left += wide
    return lines


def legend(lines: list[list[Entry]], start: float, top: float) -> Iterator[Artist]:
    """The lines one under another, from this corner on."""
    for row, entries in enumerate(lines):
        x, y = start, top - ROW * (row + 0.5)
        for entry in entries:
            run = Run(entry[0], KEY, entry[2])
            yield from _mark(entry, x, y)
            yield Words(x + MARK, y - 0.36 * KEY, run)
            x += MARK + run.width + BETWEEN


def _mark(entry: Entry, x: float, y: float) -> Iterator[Artist]:
    _, marker, colour = entry
    ends = [x + 2, x + MARK - 14]
    if marker != STAR:
        yield line(ends, [y, y], colour, linewidth=5)
    size = STAR_SIZE if marker == STAR else 20
    yield line([sum(ends) / 2], [y], colour, marker=marker, markersize=size)
