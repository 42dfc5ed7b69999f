"""Frames, grids and their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from matplotlib.artist import Artist

from engine.plots.drawing import Words
from engine.plots.letters import Run
from engine.plots.race_marks import GREY, PALE, SMALL, line
from engine.plots.scale import Frame, Scale, Ticks, raised, round_ticks

BESIDE: Final = 14.0  # pixels between an axis and its numbers
THIN: Final = 2.0
AXIS_TICKS: Final = 6


def ticks_along(scale: Scale, most: int = AXIS_TICKS) -> Ticks:
    """Ticks whose texts have room beside each other along the scale."""
    for count in range(max(most, 2), 1, -1):
        ticks = round_ticks(scale.low, scale.high, count)
        widest = max((_run(text).width for text in ticks.texts), default=0.0)
        if widest * 1.4 * len(ticks.texts) <= scale.end - scale.start:
            return ticks
    return Ticks((), (), 0)


def grid_up(ticks: Ticks, scale: Scale, frame: Frame) -> Iterator[Artist]:
    """Level lines with their numbers at the left of the frame, the power of ten above them."""
    for place, text in zip(ticks.places, ticks.texts, strict=True):
        y = scale.at(place)
        yield line([frame.left, frame.right], [y, y], PALE, linewidth=THIN, zorder=0)
        run = _run(text)
        yield Words(frame.left - BESIDE - run.width, y - 0.36 * run.size, run)
    if ticks.power:
        run = _run(f"×{raised(ticks.power)}")
        yield Words(max(frame.left - BESIDE - run.width, 8.0), frame.top + BESIDE, run)


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
        left = x - run.width / 2
        if not ticks.power or left + run.width < right - BESIDE:
            yield Words(left, base_below(frame), run)


def base_below(frame: Frame) -> float:
    """Where the numbers below a frame stand."""
    return frame.low - BESIDE - 0.76 * SMALL


def _run(text: str) -> Run:
    return Run(text, SMALL, GREY)
