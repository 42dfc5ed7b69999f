"""The lower panel of a race: how near each method is after so many evaluations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.artist import Artist

from engine.plots.lettering import Lettering
from engine.plots.letters import Run
from engine.plots.race_axes import grid_across, grid_up, ticks_along
from engine.plots.race_marks import COLOURS, GREY, SMALL, dots, line, star
from engine.plots.race_window import MOST
from engine.plots.scale import Floats, Frame, Scale, Ticks, raised
from engine.records.roots import Method
from engine.roots.solution import Solution

DECADES: Final = 6  # numbers at the axis
FARTHER: Final = 3.0  # decades above the first errors that are still shown
DEEPEST: Final = 40.0  # decades
LONGER: Final = 2.0  # times as far as the last that came to a root
MARKED: Final = 40  # points of a line that are marked


@dataclass(frozen=True, slots=True)
class Fall:
    """A method's evaluations and the decimal logarithms of its errors; -inf for none."""

    method: Method
    counts: Floats
    logs: Floats
    reached: bool


def falls_of(solutions: Sequence[Solution], root: float | None) -> list[Fall]:
    """The errors |x - root| of each method, or |f| where no root is known; numbers alone."""
    found = []
    for solution in solutions:
        errors = [
            (visit.evaluations, abs(visit.value if root is None else visit.x - root))
            for visit in solution.trace
        ]
        known = np.array([each for each in errors if each[1] < MOST]).reshape(-1, 2)
        with np.errstate(divide="ignore"):
            logs = np.log10(known[:, 1])
        if len(known):
            found.append(Fall(solution.method, known[:, 0], logs, solution.status.reached))
    return found


def errors_panel(falls: Sequence[Fall], frame: Frame) -> Iterator[Artist]:
    """A line for each method over a grid of powers of ten."""
    low, high = _decades(falls)
    exact = any(bool(np.isneginf(fall.logs).any()) for fall in falls)
    floor = frame.low + (60.0 if exact else 0.0)
    up = Scale(low, high, floor, frame.top)
    across = _across(falls, frame)
    yield from grid_up(_powers(low, high), up, frame)
    if exact:
        level = frame.low + 18.0
        yield from grid_up(Ticks((level,), ("0",), 0), Scale(0.0, 1.0, 0.0, 1.0), frame)
    yield from grid_across(ticks_along(across), across, frame)
    lettering = Lettering(frame)
    for fall in falls:
        xs = across.all(fall.counts)
        ys = np.where(np.isneginf(fall.logs), frame.low + 18.0, up.all(fall.logs))
        lettering.avoid(xs, ys)
    for fall in falls:
        xs = across.all(fall.counts)
        ys = np.where(np.isneginf(fall.logs), frame.low + 18.0, up.all(fall.logs))
        yield from _fall(fall, xs, ys, frame)
        yield from _end(fall, xs, ys, lettering, frame)


def _decades(falls: Sequence[Fall]) -> tuple[float, float]:
    """From the least error to the largest, but no farther up than a picture shows well."""
    logs = np.concatenate([fall.logs[np.isfinite(fall.logs)] for fall in falls] or [np.zeros(0)])
    if not len(logs):
        return -1.0, 0.0
    most = max(
        float(each.max())
        for fall in falls
        for each in (fall.logs if fall.reached else fall.logs[:1],)
    )
    high = math.ceil(min(float(logs.max()), most + FARTHER if math.isfinite(most) else math.inf) + 0.1)
    low = math.floor(max(float(logs.min()), high - DEEPEST) - 0.1)
    return float(low), float(max(high, low + 1))


def _across(falls: Sequence[Fall], frame: Frame) -> Scale:
    ends = [float(fall.counts[-1]) for fall in falls]
    reached = [float(fall.counts[-1]) for fall in falls if fall.reached]
    most = min(max(ends), LONGER * max(reached)) if reached else max(ends)
    return Scale(0.0, max(most, 1.0) * 1.06, frame.left, frame.right)


def _powers(low: float, high: float) -> Ticks:
    stride = max(1, math.ceil((high - low) / DECADES))
    powers = range(math.ceil(low / stride) * stride, math.floor(high) + 1, stride)
    return Ticks(tuple(map(float, powers)), tuple(map(raised, powers)), 0)


def _fall(fall: Fall, xs: Floats, ys: Floats, frame: Frame) -> Iterator[Artist]:
    colour = COLOURS[fall.method]
    yield line(xs, ys, colour, frame, linewidth=5, zorder=2, gid=fall.method.value)
    held = (xs <= frame.right) & (ys <= frame.top) & (ys >= frame.low)
    stride = max(1, math.ceil(int(held.sum()) / MARKED))
    made = dots(xs[held][::stride], ys[held][::stride], fall.method, 19)
    made.set_zorder(3)
    yield made
    for x, y in zip(xs[np.isneginf(fall.logs)], ys[np.isneginf(fall.logs)], strict=True):
        if x <= frame.right:
            yield star(float(x), float(y))


def _end(
    fall: Fall, xs: Floats, ys: Floats, lettering: Lettering, frame: Frame
) -> Iterator[Artist]:
    """How many evaluations it took, beside the last point."""
    x, y = float(xs[-1]), float(ys[-1])
    if x > frame.right or not fall.reached:
        return
    run = Run(f"{fall.counts[-1]:.0f}", SMALL, COLOURS[fall.method], True)
    side, over = run.width / 2 + 18, 0.5 * SMALL + 16
    words = lettering.put(
        run, [(x + side, y), (x, y + over), (x, y - over), (x + side, y + over), (x - side, y)]
    )
    if words is not None:
        yield words
