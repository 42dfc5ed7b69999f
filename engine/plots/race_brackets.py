"""Bisection's brackets as bars, each half as long as the one above it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from matplotlib.artist import Artist

from engine.plots.race_marks import COLOURS, line
from engine.plots.race_window import Span
from engine.plots.scale import Frame, Scale
from engine.records.roots import Method

ROWS: Final = 8
ROW: Final = 25.0  # pixels
THICK: Final = 11.0
SHORTEST: Final = 7.0  # one bar that is shorter is drawn, as a dot
WIDTH: Final = 900.0  # about that of the panel


def shown_brackets(brackets: Sequence[Span], window: Span) -> list[Span]:
    """Those that can be told apart in the window: of some that look alike only the last."""
    least = SHORTEST * (window[1] - window[0]) / WIDTH
    found: list[Span] = []
    for span in brackets:
        if span[1] <= window[0] or window[1] <= span[0]:
            continue
        if found and _alike(_within(found[-1], window), _within(span, window), least):
            found.pop()
        found.append(span)
        if len(found) > ROWS or span[1] - span[0] < least:
            break
    return found[:ROWS]


def _within(span: Span, window: Span) -> Span:
    return max(span[0], window[0]), min(span[1], window[1])


def _alike(one: Span, other: Span, least: float) -> bool:
    return abs(one[0] - other[0]) < least / 2 and abs(one[1] - other[1]) < least / 2


def strip_height(brackets: Sequence[Span]) -> float:
    """How many pixels the bars need."""
    return ROW * len(brackets) + ROW if brackets else 0.0


def bars(brackets: Sequence[Span], scale: Scale, frame: Frame) -> Iterator[Artist]:
    """The bars from top to bottom; one that goes on beyond the window ends in an arrow."""
    colour = COLOURS[Method.BISECTION]
    for row, span in enumerate(brackets):
        y = frame.top - ROW * (row + 1)
        left, right = (scale.at(end) for end in span)
        ends = [max(left, frame.left + THICK), min(right, frame.right - THICK)]
        if ends[1] - ends[0] < SHORTEST:
            middle = (ends[0] + ends[1]) / 2
            ends = [middle - SHORTEST / 2, middle + SHORTEST / 2]
        yield line(ends, [y, y], colour, linewidth=THICK, solid_capstyle="butt", gid="bracket")
        for end, marker, out in zip(
            ends, "<>", (left < frame.left, right > frame.right), strict=True
        ):
            if out:
                yield line([end], [y], colour, marker=marker, markersize=1.9 * THICK)
