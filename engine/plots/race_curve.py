"""The upper panel of a race: the curve, Newton's tangents on it, bisection's brackets below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

import numpy as np
from matplotlib.artist import Artist

from engine.plots.lettering import Lettering
from engine.plots.page import INK
from engine.plots.race_axes import AXIS_TICKS, grid_across, grid_up, ticks_along
from engine.plots.race_brackets import bars
from engine.plots.race_marks import COLOURS, GREY, dots, line, star
from engine.plots.race_names import names
from engine.plots.race_samples import Point, Sampled
from engine.plots.race_window import Span, Way
from engine.plots.scale import Frame, Scale, Ticks, round_ticks
from engine.records.roots import Method

NEWTON: Final = COLOURS[Method.NEWTON]
SEEN: Final = 3.0  # pixels; a tangent that is shorter is a dot
TANGENTS: Final = 12  # more would be a thicket
STAR: Final = 14.0  # half of its width


@dataclass(frozen=True, slots=True)
class Panel:
    """What the upper panel shows, and where: the frame of the plot and the strip of bars below."""

    way: Way
    curve: Sampled
    brackets: Sequence[Span]
    window: Span
    plot: Frame
    strip: Frame

    @property
    def across(self) -> Scale:
        return Scale(*self.window, self.plot.left, self.plot.right)

    @property
    def up(self) -> Scale:
        return Scale(*self.curve.heights, self.plot.low, self.plot.top)

    def holds(self, x: float) -> bool:
        """Whether x is in the window."""
        return self.window[0] <= x <= self.window[1]


def level_ticks(heights: Span) -> Ticks:
    """The numbers at the left of the panel."""
    return round_ticks(*heights, AXIS_TICKS)


def curve_panel(panel: Panel) -> Iterator[Artist]:
    """All that is drawn of the panel."""
    plot, across = panel.plot, panel.across
    yield from grid_up(level_ticks(panel.curve.heights), panel.up, plot)
    whole = Frame(plot.left, panel.strip.low, plot.right, plot.top)
    yield from grid_across(ticks_along(across), across, whole)
    yield from bars(panel.brackets, across, panel.strip)
    lettering = Lettering(plot)
    yield from _curve(panel, lettering)
    yield from _root(panel, lettering)
    yield from _tangents(panel, lettering)
    yield from _points(panel, lettering)
    yield from names(panel.way, across, panel.up, lettering)


def _curve(panel: Panel, lettering: Lettering) -> Iterator[Artist]:
    plot, zero = panel.plot, panel.up.at(0.0)
    ends = np.array([plot.left, plot.right])
    yield line(ends, [zero, zero], GREY, linewidth=3, zorder=1)
    lettering.avoid(ends, np.array([zero, zero]))
    xs, ys = panel.across.all(panel.curve.xs), panel.up.all(panel.curve.values)
    yield line(xs, ys, INK, plot, linewidth=5, zorder=2, gid="curve")
    lettering.avoid(xs, ys)


def _root(panel: Panel, lettering: Lettering) -> Iterator[Artist]:
    """A star on the axis, and a line through the brackets, which all hold it."""
    root = panel.way.root
    if root is None or not panel.holds(root):
        return
    x, zero = panel.across.at(root), panel.up.at(0.0)
    ends = np.array([panel.strip.low, zero])
    yield line([x, x], ends, INK, linewidth=2, linestyle=(0, (2, 3)), zorder=4)
    yield star(x, zero)
    lettering.avoid(np.array([x, x]), ends)
    lettering.avoid(np.array([x - STAR, x + STAR]), np.array([zero - STAR, zero + STAR]))
    lettering.avoid(np.array([x - STAR, x + STAR]), np.array([zero + STAR, zero - STAR]))


def _tangents(panel: Panel, lettering: Lettering) -> Iterator[Artist]:
    """Down each tangent to the axis, if either end is in the window."""
    across, up = panel.across, panel.up
    points = list(zip(panel.way.xs.tolist(), panel.way.values.tolist(), strict=True))
    seen = (
        (point, landed)
        for point, (landed, _) in pairwise(points)
        if panel.holds(point[0]) or panel.holds(landed)
    )
    for point, landed in islice(seen, TANGENTS):
        ends = _cut(point, (landed, 0.0), panel.window, panel.curve.heights)
        if ends is None:
            continue
        xs = across.all(np.array([end[0] for end in ends]))
        ys = up.all(np.array([end[1] for end in ends]))
        if np.hypot(xs[1] - xs[0], ys[1] - ys[0]) >= SEEN:
            yield line(xs, ys, NEWTON, panel.plot, linewidth=4, zorder=3, gid="tangent")
            lettering.avoid(xs, ys)


def _points(panel: Panel, lettering: Lettering) -> Iterator[Artist]:
    """Newton's points on the curve, each joined to its place on the axis."""
    plot, zero = panel.plot, panel.up.at(0.0)
    low, high = panel.window
    known = (low <= panel.way.xs) & (panel.way.xs <= high) & np.isfinite(panel.way.values)
    xs = panel.across.all(panel.way.xs[known])
    ys = panel.up.all(panel.way.values[known])
    dashes = {"linewidth": 3, "linestyle": (0, (3, 2)), "zorder": 2.5}
    for x, y in list(zip(xs.tolist(), ys.tolist(), strict=True))[:TANGENTS]:
        yield line([x, x], [zero, y], NEWTON, plot, gid="upright", **dashes)
        lettering.avoid(np.array([x, x]), np.array([zero, y]))
    held = (plot.low <= ys) & (ys <= plot.top)
    made = dots(xs[held], ys[held], Method.NEWTON, 17)
    made.set_zorder(4)
    yield made


def _cut(one: Point, other: Point, window: Span, heights: Span) -> tuple[Point, Point] | None:
    """The part of a segment within the window (Liang and Barsky), or None."""
    start, end = 0.0, 1.0
    for here, there, (low, high) in zip(one, other, (window, heights), strict=True):
        way = there - here
        if way == 0:
            if not low <= here <= high:
                return None
            continue
        enter, leave = sorted(((low - here) / way, (high - here) / way))
        start, end = max(start, enter), min(end, leave)
    return (_along(one, other, start), _along(one, other, end)) if start <= end else None


def _along(one: Point, other: Point, share: float) -> Point:
    return one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])
