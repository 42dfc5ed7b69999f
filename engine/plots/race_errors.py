"""The lower panel of a race: how near each method is after so many evaluations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.artist import Artist

from engine.plots.lettering import Lettering, Spot
from engine.plots.letters import Run
from engine.plots.race_axes import AXIS_TICKS, grid_across, grid_up, ticks_along
from engine.plots.race_marks import COLOURS, SMALL, dots, line, star
from engine.plots.race_window import MOST, Span
from engine.plots.scale import FAR, Floats, Frame, Scale, Ticks, raised
from engine.records.roots import Method
from engine.roots.solution import Solution

DECADES: Final = 6  # numbers at the axis
FARTHER: Final = 3.0  # decades above the first errors that are still shown
DEEPEST: Final = 40.0  # decades
LEAST: Final = 2.2
LONGER: Final = 2.0  # times as far as the last that came to a root
MARKED: Final = 45  # points of a line that have large marks
LARGE, LITTLE = 19.0, 12.0
EXACT: Final = 24.0  # pixels above the floor: where an error of zero stands
FLOOR: Final = 66.0  # pixels below the least error, where there is an exact one


@dataclass(frozen=True, slots=True)
class Fall:
    """A method's evaluations and the decimal logarithms of its errors; -inf for none."""

    method: Method
    counts: Floats
    logs: Floats
    reached: bool


@dataclass(frozen=True, slots=True)
class _Placed:
    """A fall in pixels."""

    fall: Fall
    xs: Floats
    ys: Floats


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
    """A line for each method over a grid of powers of ten; there must be one."""
    across = _across(falls, frame)
    count = min(AXIS_TICKS, int(across.high) + 1)
    yield from grid_across(ticks_along(across, count), across, frame)
    exact = any(bool(np.isneginf(fall.logs).any()) for fall in falls)
    level = frame.low + EXACT
    if exact:
        yield from grid_up(Ticks((level,), ("0",), 0), Scale(0.0, 1.0, 0.0, 1.0), frame)
    up = Scale(*_decades(falls), frame.low + (FLOOR if exact else 0.0), frame.top)
    if any(bool(np.isfinite(fall.logs).any()) for fall in falls):
        yield from grid_up(_powers(up), up, frame)
    least = level if exact else -FAR
    placed = [
        _Placed(fall, across.all(fall.counts), np.maximum(up.all(fall.logs), least))
        for fall in falls
    ]
    lettering = Lettering(frame)
    for each in placed:
        lettering.avoid(each.xs, each.ys)
    for each in placed:
        yield from _line(each, frame)
        yield from _end(each, lettering, frame)


def _decades(falls: Sequence[Fall]) -> Span:
    """From the least error to the largest, but no farther up than a picture shows well."""
    logs = np.concatenate([fall.logs for fall in falls])
    logs = logs[np.isfinite(logs)]
    if not len(logs):
        return -1.0, 0.0
    starts = [fall.logs if fall.reached else fall.logs[:1] for fall in falls]
    most = float(np.concatenate(starts).max())
    high = min(float(logs.max()), max(most, float(logs.min())) + FARTHER)
    low = max(float(logs.min()), high - DEEPEST)
    air = max(0.08 * (high - low), (LEAST - high + low) / 2)
    return low - air, high + air


def _across(falls: Sequence[Fall], frame: Frame) -> Scale:
    ends = [float(fall.counts[-1]) for fall in falls]
    reached = [float(fall.counts[-1]) for fall in falls if fall.reached]
    most = min(max(ends), LONGER * max(reached)) if reached else max(ends)
    return Scale(0.0, max(most, 1.0) * 1.06, frame.left, frame.right)


def _powers(up: Scale) -> Ticks:
    stride = max(1, math.ceil((up.high - up.low) / DECADES))
    powers = range(math.ceil(up.low / stride) * stride, math.floor(up.high) + 1, stride)
    return Ticks(tuple(map(float, powers)), tuple(map(raised, powers)), 0)


def _line(placed: _Placed, frame: Frame) -> Iterator[Artist]:
    method, xs, ys = placed.fall.method, placed.xs, placed.ys
    yield line(xs, ys, COLOURS[method], frame, linewidth=5, zorder=2, gid=method.value)
    exact = np.isneginf(placed.fall.logs)
    held = (xs <= frame.right) & (frame.low <= ys) & (ys <= frame.top)
    size = LARGE if int(held.sum()) <= MARKED else LITTLE
    made = dots(xs[held & ~exact], ys[held & ~exact], method, size)
    made.set_zorder(3)
    yield made
    for x, y in zip(xs[held & exact].tolist(), ys[held & exact].tolist(), strict=True):
        yield star(x, y)


def _end(placed: _Placed, lettering: Lettering, frame: Frame) -> Iterator[Artist]:
    """How many evaluations it took, beside the last point."""
    x, y = float(placed.xs[-1]), float(placed.ys[-1])
    if x > frame.right or not placed.fall.reached:
        return
    run = Run(f"{placed.fall.counts[-1]:.0f}", SMALL, COLOURS[placed.fall.method], True)
    words = lettering.put(run, _about(x, y, run))
    yield from [words] if words else []


def _about(x: float, y: float, run: Run) -> list[Spot]:
    side, over = run.width / 2 + 20, 0.5 * SMALL + 16
    return [
        (x + side, y), (x, y + over), (x, y - over), (x - side, y),
        (x + side, y + over), (x + side, y - over), (x - side, y - over), (x - side, y + over),
    ]  # fmt: skip
