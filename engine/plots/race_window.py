"""Which part of a function a picture of its root shows: where most of the race is visible.

Newton's way to a root may begin where f is a million times larger than near its end, so that no
linear scale shows all of it; and tangents are straight on no other. So windows are compared: from
each of the visited points on to the last, from the first up to each, with the root and brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from engine.plots.scale import Floats
from engine.roots.solution import Visit

Span = tuple[float, float]
ENDS: Final = 24  # visits from either end that may bound a window
BRACKETS: Final = 10
MARGIN: Final = 0.08
BESIDE: Final = 0.25  # of the window, on either side of the root
NARROWEST: Final = 1e-13  # of the numbers in it
LEAST: Final = 1e-280
MOST: Final = 1e280
_TANGENTS: Final = 4.0  # as many are enough to see how it goes
_CROSSING: Final = 3.0  # is as good as so many tangents
_NEAR: Final = 0.1  # of the window, from the root
_SLOPE: Final = 0.06  # of the height, reached there on either side of zero


@dataclass(frozen=True, slots=True)
class Way:
    """What is to be seen: Newton's points with their values, brackets, the root.

    The last value is nan where Newton came to a point without one.
    """

    xs: Floats
    values: Floats
    brackets: tuple[Span, ...]
    root: float | None


def way_of(newton: Sequence[Visit], bisection: Sequence[Visit], root: float | None) -> Way:
    """Newton's visits up to the first where f is no number, and the brackets of bisection."""
    points = np.array([(visit.x, visit.value) for visit in newton]).reshape(-1, 2)
    points[~(np.abs(points) < MOST)] = np.nan
    lost = np.flatnonzero(np.isnan(points[:, 1]))
    points = points[: lost[0] + 1] if len(lost) else points
    points = points[np.isfinite(points[:, 0])]
    spans = dict.fromkeys((visit.lower, visit.upper) for visit in bisection)
    brackets = tuple(span for span in spans if -MOST < span[0] < span[1] < MOST)
    return Way(points[:, 0], points[:, 1], brackets, root)


def window_of(f: Callable[[float], float], way: Way) -> Span:
    """The numbers x that are shown, from the least to the largest; of equals the first steps."""
    spans = list(dict.fromkeys(_spans(way)))
    wide = [span for span in spans if span[0] < span[1]]
    spans = [_padded(span) for span in wide or spans]
    scores = _visible(way, np.array(spans)) + _crossing(f, way, spans)
    return spans[int(np.argmax(scores))]


def _spans(way: Way) -> list[Span]:
    xs = way.xs.tolist()
    firsts = sorted({*range(len(xs))[:ENDS], *range(len(xs))[-ENDS:]})
    hulls = [_hull(xs[: k + 1]) for k in firsts] + [_hull(xs[k:]) for k in firsts]
    found = [*hulls, *way.brackets[:BRACKETS]]
    if way.root is not None:
        at = way.root
        found += [_around(_hull([*span, at]), at) for span in found] or [(at, at)]
    if way.brackets:
        found += [_hull([*span, *way.brackets[0]]) for span in found]
    return found or [(0.0, 0.0)]


def _hull(numbers: Sequence[float]) -> Span:
    return min(numbers), max(numbers)


def _around(span: Span, root: float) -> Span:
    """Room on both sides of the root, to see f change its sign."""
    left, right = _beside(root, BESIDE * (span[1] - span[0]))
    return min(span[0], left), max(span[1], right)


def _padded(span: Span) -> Span:
    largest = max(map(abs, span))
    if span[1] - span[0] <= NARROWEST * largest or largest <= LEAST:
        half = largest / 2 if largest > LEAST else 1.0
        return span[0] - half, span[1] + half
    more = MARGIN * (span[1] - span[0])
    return span[0] - more, span[1] + more


@np.errstate(over="ignore")  # a point may be far beyond a window
def _visible(way: Way, spans: Floats) -> Floats:
    """For each window how much of the race is large enough to be seen in it."""
    low, high = spans[:, :1], spans[:, 1:]
    wide = high - low
    seen = np.zeros(len(spans))
    if len(way.xs):
        inside = (low <= way.xs) & (way.xs <= high)
        steep = np.where(inside & np.isfinite(way.values), np.abs(way.values), 0.0)
        height = np.maximum(steep.max(axis=1, keepdims=True), LEAST)
        steps = np.abs(np.diff(way.xs)) / (0.1 * wide)
        tangents = np.minimum(1, steps) * np.minimum(1, steep[:, :-1] / (0.1 * height))
        seen += np.minimum(_TANGENTS, tangents.sum(axis=1)) + 0.75 * inside[:, 0]
    if way.root is not None:
        nearer = np.minimum(way.root - low, high - way.root)[:, 0]
        seen += (nearer >= 0) + 0.3 * np.clip(nearer / (0.15 * wide[:, 0]), 0, 1)
    if way.brackets:
        left, right = np.array(way.brackets).T
        bars = (right > low) & (left < high) & (0.03 * wide < right - left) & (right - left < wide)
        seen += 0.25 * np.minimum(4, bars.sum(axis=1))
        seen += ((low <= left[0]) & (right[0] <= high))[:, 0]
    return np.asarray(seen)


def _crossing(f: Callable[[float], float], way: Way, spans: Sequence[Span]) -> Floats:
    """For each window whether f is seen to go through zero."""
    f = cache(f)
    found = []
    for span in spans:
        sides = span if way.root is None else _beside(way.root, _NEAR * (span[1] - span[0]))
        left, right = map(f, sides)
        height = max(map(abs, visited(way, span) or map(f, span)))
        opposite = left < 0 < right or right < 0 < left
        share = min(abs(left), abs(right)) / max(_SLOPE * height, LEAST) if opposite else 0.0
        found.append(_CROSSING * min(1.0, share))
    return np.array(found)


def _beside(middle: float, far: float) -> Span:
    return middle - far, middle + far


def visited(way: Way, span: Span) -> list[float]:
    """The values of f where Newton was in the window."""
    inside = (span[0] <= way.xs) & (way.xs <= span[1]) & np.isfinite(way.values)
    found: list[float] = way.values[inside].tolist()
    return found
