"""A function as points close enough to be joined, and broken where it breaks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from engine.plots.race_window import LEAST, MOST, Span, Way, visited
from engine.plots.scale import Floats

Point = tuple[float, float]
COUNT: Final = 480  # a point for every other pixel
HALVINGS: Final = 50  # until two floats are next to each other
JUMPS: Final = 60  # that are looked into
LOOKS: Final = 200  # into each
_BREAK: Final = (math.nan, math.nan)
STEEP: Final = 0.1  # of the height: what may be joined as it is
OVER: Final = 0.1  # of the height, left free above and below
SHARE: Final = 0.45  # of the height, for parts of the curve where no method was
SMALL: Final = 0.02  # times that: what is visited is the root alone
TYPICAL: Final = 5.0  # times the median: what is higher belongs to a pole


@dataclass(frozen=True, slots=True)
class Sampled:
    """The points of the curve, nan where it is broken, and the values that are shown."""

    xs: Floats
    values: Floats
    heights: Span


def sampled(f: Callable[[float], float], span: Span, way: Way) -> Sampled:
    """The curve over the window, without a line through a pole or a jump."""
    xs = np.linspace(*span, COUNT).tolist()
    points = [(x, _number(f(x))) for x in xs]
    heights = _heights(points, span, way)
    joined = np.array(list(_joined(f, points, heights)))
    return Sampled(joined[:, 0], joined[:, 1], heights)


def _number(value: float) -> float:
    return min(max(value, -MOST), MOST) if math.isfinite(value) else math.nan


def _heights(points: list[Point], span: Span, way: Way) -> Span:
    """From the lowest to the highest value shown: those visited, and the curve within reason."""
    values = np.array([value for _, value in points])
    values = values[np.isfinite(values)]
    inside = visited(way, span)
    low, high = min([0.0, *inside]), max([0.0, *inside])
    most = high - low
    if len(values):
        typical = TYPICAL * float(np.median(np.abs(values)))
        reach = SHARE * most if most > SMALL * typical else typical or math.inf
        low = min(low, max(float(values.min()), low - reach))
        high = max(high, min(float(values.max()), high + reach))
    if high - low <= LEAST:
        return -1.2, 1.2
    more = OVER * (high - low)
    return min(low - more, -0.16 * high), max(high + more, -0.16 * low)


def _joined(f: Callable[[float], float], points: list[Point], heights: Span) -> Iterator[Point]:
    limit = STEEP * (heights[1] - heights[0])
    pairs = [(one, other, _rise(one, other, heights) > limit) for one, other in pairwise(points)]
    few = sum(steep for _, _, steep in pairs) <= JUMPS
    for one, other, steep in pairs:
        yield one
        if steep and few:
            yield from _Between(f, heights, limit).points(one, other, HALVINGS)
    yield points[-1]


def _rise(one: Point, other: Point, heights: Span) -> float:
    """By how much it rises or falls in the picture."""
    first, second = (min(max(each[1], heights[0]), heights[1]) for each in (one, other))
    return abs(second - first)


class _Between:
    """Looks for the points that a steep part of the curve leads through."""

    def __init__(self, f: Callable[[float], float], heights: Span, limit: float) -> None:
        self._f = f
        self._heights = heights
        self._limit = limit
        self._looks = LOOKS

    def points(self, one: Point, other: Point, halvings: int) -> Iterator[Point]:
        """By halving; a break where it is still steep between neighbours."""
        if not _rise(one, other, self._heights) > self._limit:  # nan too
            return
        if not halvings:
            yield _BREAK
        elif self._looks:
            self._looks -= 1
            x = one[0] / 2 + other[0] / 2
            middle = (x, _number(self._f(x)))
            yield from self.points(one, middle, halvings - 1)
            yield middle
            yield from self.points(middle, other, halvings - 1)
