"""Frames, grids and their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from matplotlib.artist import Artist

from engine.plots.drawing import Words
from engine.plots.letters import Run
from engine.plots.race_marks import GREY, PALE, SMALL, line
from engine.plots.scale import Frame, Scale, Ticks, figure, raised, round_ticks

BESIDE: Final = 14.0  # pixels between an axis and its numbers
THIN: Final = 2.0
EDGE: Final = 16.0  # numbers nearer to a corner would meet those around it
AXIS_TICKS: Final = 6
LONG: Final = 8  # letters of a number
LEFT: Final = 8.0  # pixels that are always free


def ticks_along(scale: Scale, most: int = AXIS_TICKS) -> Ticks:
    """Ticks whose texts have room beside each other along the scale; long ones are cut.

    >>> ticks_along(Scale(99999999.999, 100000000.01, 0.0, 900.0)).texts
    ('100000000', '+0.005', '+0.010')
    """
    for count in range(max(most, 2), 1, -1):
        ticks = _cut(round_ticks(scale.low, scale.high, count))
        widest = max((_run(text).width for text in ticks.texts), default=0.0)
        if widest * 1.4 * len(ticks.texts) <= scale.end - scale.start:
            return ticks
    return Ticks((), (), 0)


def _cut(ticks: Ticks) -> Ticks:
    """The first number in full and how much is added to it, where all would be long."""
    if max(map(len, ticks.texts), default=0) <= LONG:
        return ticks
    first, *others = ticks.places
    added = round_ticks(0.0, others[-1] - first, len(ticks.places)) if others else ticks
    unit = f"·{raised(added.power)}" if added.power else ""
    texts = [f"+{text}{unit}" for text in added.texts[1:]]
    places = [first + more for more in added.places[1:]]
    return Ticks((first, *places), (figure(first, 15), *texts), 0)


def grid_up(ticks: Ticks, scale: Scale, frame: Frame) -> Iterator[Artist]:
    """Level lines with their numbers at the left of the frame, the power of ten above them."""
    for place, text in zip(ticks.places, ticks.texts, strict=True):
        y = scale.at(place)
        yield line([frame.left, frame.right], [y, y], PALE, linewidth=THIN, zorder=0)
        run = _run(text)
        if frame.low + EDGE < y < frame.top - EDGE:
            yield Words(frame.left - BESIDE - run.width, y - 0.36 * run.size, run)
    if ticks.power:
        run = _run(f"×{raised(ticks.power)}")
        yield Words(max(frame.left - BESIDE - run.width, LEFT), frame.top + BESIDE, run)


def grid_across(ticks: Ticks, scale: Scale, frame: Frame) -> Iterator[Artist]:
    """Upright lines with their numbers below the frame, the power of ten at the right."""
    right = frame.right
    if ticks.power:
        run = _run(f"×{raised(ticks.power)}")
        right -= run.width
        yield Words(right, base_below(frame), run)
    for place, text in zip(ticks.places, ticks.texts, strict=True):
        x = scale.at(place)
        yield line([x, x], [frame.low, frame.top], PALE, linewidth=THIN, zorder=0)
        run = _run(text)
        left = max(x - run.width / 2, LEFT)
        if not ticks.power or left + run.width < right - BESIDE:
            yield Words(left, base_below(frame), run)


def base_below(frame: Frame) -> float:
    """Where the numbers below a frame stand."""
    return frame.low - BESIDE - 0.76 * SMALL


def _run(text: str) -> Run:
    return Run(text, SMALL, GREY)
