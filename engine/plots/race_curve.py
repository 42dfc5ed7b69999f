"""The upper panel of a race: the curve, Newton's tangents on it, bisection's brackets below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.artist import Artist

from engine.plots.lettering import Lettering
from engine.plots.letters import Run
from engine.plots.race_axes import AXIS_TICKS, grid_across, grid_up, ticks_along
from engine.plots.race_brackets import bars
from engine.plots.race_marks import COLOURS, GREY, INK, TEXT, dots, line, star
from engine.plots.race_samples import Sampled
from engine.plots.race_window import Span, Way
from engine.plots.scale import Frame, Scale, Ticks, round_ticks
from engine.records.roots import Method

NEWTON: Final = COLOURS[Method.NEWTON]
SEEN: Final = 3.0  # pixels; a tangent that is shorter is a dot
TANGENTS: Final = 60
NAMED: Final = 12
LISTED: Final = 3  # points at one place that are named one by one
SAME: Final = 2.0  # pixels between points at one place


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


def level_ticks(heights: Span) -> Ticks:
    """The numbers at the left of the panel."""
    return round_ticks(*heights, AXIS_TICKS)


def curve_panel(panel: Panel) -> Iterator[Artist]:
    """All that is drawn of the panel."""
    plot, across, up = panel.plot, panel.across, panel.up
    whole = Frame(plot.left, panel.strip.low, plot.right, plot.top)
    yield from grid_up(level_ticks(panel.curve.heights), up, plot)
    yield from grid_across(ticks_along(across), across, whole)
    zero = up.at(0.0)
    yield line([plot.left, plot.right], [zero, zero], GREY, linewidth=3, zorder=1)
    xs, ys = across.all(panel.curve.xs), up.all(panel.curve.values)
    yield line(xs, ys, INK, plot, linewidth=5, zorder=2, gid="curve")
    yield from bars(panel.brackets, across, panel.strip)
    lettering = Lettering(plot)
    lettering.avoid(xs, ys)
    root = panel.way.root
    if root is not None and panel.window[0] <= root <= panel.window[1]:
        x = across.at(root)
        below = [panel.strip.low, zero]
        yield line([x, x], below, INK, linewidth=2, linestyle=(0, (2, 3)), zorder=4)
        yield star(x, zero)
        lettering.avoid(np.linspace(x - 12, x + 12, 5), np.full(5, zero))
    yield from _tangents(panel, lettering)
    yield from _names(panel, lettering)


def _tangents(panel: Panel, lettering: Lettering) -> Iterator[Artist]:
    """Down each tangent to the axis, and from there up to the curve again."""
    across, up, plot = panel.across, panel.up, panel.plot
    zero = up.at(0.0)
    points = list(zip(panel.way.xs.tolist(), panel.way.values.tolist(), strict=True))
    drawn = 0
    for (x, value), (landed, _) in zip(points, points[1:], strict=False):
        ends = _cut((x, value), (landed, 0.0), panel.window, panel.curve.heights)
        if ends is None or drawn >= TANGENTS:
            continue
        xs, ys = across.all(ends[:, 0]), up.all(ends[:, 1])
        if np.hypot(xs[1] - xs[0], ys[1] - ys[0]) >= SEEN:
            drawn += 1
            yield line(xs, ys, NEWTON, plot, linewidth=4, zorder=3, gid="tangent")
            lettering.avoid(xs, ys)
    inside = [(x, value) for x, value in points if panel.window[0] <= x <= panel.window[1]]
    for x, value in inside[:TANGENTS]:
        place, level = across.at(x), up.at(value)
        dashes = {"linewidth": 3, "linestyle": (0, (3, 2)), "zorder": 2.5}
        yield line([place, place], [zero, level], NEWTON, plot, gid="upright", **dashes)
        lettering.avoid(np.array([place, place]), np.array([zero, level]))
    if inside:
        xs, ys = across.all(np.array([p[0] for p in inside])), up.all(np.array([p[1] for p in inside]))
        held = (plot.low <= ys) & (ys <= plot.top)
        made = dots(xs[held], ys[held], Method.NEWTON, 17)
        made.set_zorder(4)
        yield made


def _cut(one: Span, other: Span, window: Span, heights: Span) -> np.ndarray | None:
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
    if start > end:
        return None
    first, last = np.array(one), np.array(other)
    return np.array([first + start * (last - first), first + end * (last - first)])


def _names(panel: Panel, lettering: Lettering) -> Iterator[Artist]:
    """x₀, x₁, … beside the axis, and at the edges those that lie beyond."""
    across, up = panel.across, panel.up
    zero = up.at(0.0)
    xs = panel.way.xs
    beyond = (np.flatnonzero(xs < panel.window[0]), np.flatnonzero(xs > panel.window[1]))
    for places, left in zip(beyond, (True, False), strict=True):
        if len(places):
            yield from _edge(panel, lettering, places.tolist(), left)
    for places in _together(panel):
        x, value = across.at(xs[places[0]]), float(panel.way.values[places[0]])
        level = up.at(value)
        run = Run(_listed(places), TEXT, NEWTON)
        off, side = 0.75 * TEXT, run.width / 2 + 18
        sign = 1 if value >= 0 else -1
        spots = [
            (x, zero - sign * off), (x, level + sign * off), (x + side, level), (x - side, level),
            (x - side, zero - sign * off), (x + side, zero - sign * off),
        ]  # fmt: skip
        words = lettering.put(run, spots)
        if words is not None:
            yield words


def _edge(
    panel: Panel, lettering: Lettering, places: list[int], left: bool
) -> Iterator[Artist]:
    value = f" = {panel.way.xs[places[0]]:.4g}".replace("e+", "e") if len(places) == 1 else ""
    text = _listed(places) + value.replace("-", "−")
    run = Run(f"← {text}" if left else f"{text} →", TEXT, NEWTON)
    wide = run.width / 2 + 14
    x = panel.plot.left + wide if left else panel.plot.right - wide
    zero = panel.up.at(0.0)
    spots = [(x, zero + up * 0.75 * TEXT) for up in (-1, 1, -2.5, 2.5, 4, -4, 6, -6, 9, -9)]
    words = lettering.put(run, spots)
    if words is not None:
        yield words


def _together(panel: Panel) -> Iterator[list[int]]:
    """Newton's points in the window by where they stand, those at one place together."""
    found: dict[int, list[int]] = {}
    for place, x in enumerate(panel.way.xs.tolist()):
        if panel.window[0] <= x <= panel.window[1]:
            found.setdefault(round(panel.across.at(x) / SAME), []).append(place)
    yield from list(found.values())[:NAMED]


def _listed(places: Sequence[int]) -> str:
    """Names of points: x₀, or x₀ … x₄, or x₀, x₂, x₄, …

    >>> _listed([3]), _listed([0, 1]), _listed([0, 1, 2]), _listed([0, 2, 4, 6])
    ('x₃', 'x₀, x₁', 'x₀ … x₂', 'x₀, x₂, …')
    """
    names = ["x" + str(place).translate(_LOW) for place in places]
    if len(names) <= 2:
        return ", ".join(names)
    if places[-1] - places[0] == len(places) - 1:
        return f"{names[0]} … {names[-1]}"
    return f"{names[0]}, {names[1]}, …"


_LOW: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
