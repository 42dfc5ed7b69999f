"""x₀, x₁, …: the names of Newton's points beside the axis, and at its ends of those beyond."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from engine.plots.drawing import Words
from engine.plots.lettering import Lettering, Spot
from engine.plots.letters import Run
from engine.plots.race_marks import COLOURS, TEXT
from engine.plots.race_window import Way
from engine.plots.scale import Scale, figure
from engine.records.roots import Method

NAMED: Final = 12
SAME: Final = 2.0  # pixels between points at one place
OFF: Final = 0.8 * TEXT  # from a line to the middle of words
EDGE: Final = 14.0
_LOW: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def names(way: Way, across: Scale, up: Scale, lettering: Lettering) -> Iterator[Words]:
    """The names that find room."""
    beyond = np.flatnonzero(way.xs < across.low), np.flatnonzero(way.xs > across.high)
    for far, left in zip(beyond, (True, False), strict=True):
        if len(far):
            run = _outside(way, far.tolist(), left)
            words = lettering.put(run, _at_edge(run, across, up, left))
            yield from [words] if words else []
    for places in _together(way, across):
        run = Run(listed(places), TEXT, COLOURS[Method.NEWTON])
        words = lettering.put(run, _beside(way, places[0], run, across, up))
        yield from [words] if words else []


def listed(places: Sequence[int]) -> str:
    """Names of points at these places of the trace.

    >>> listed([3]), listed([0, 1]), listed([0, 1, 2]), listed([0, 2, 4, 6])
    ('x₃', 'x₀, x₁', 'x₀ … x₂', 'x₀, x₂, …')
    """
    texts = ["x" + str(place).translate(_LOW) for place in places]
    if len(texts) <= 2:
        return ", ".join(texts)
    if places[-1] - places[0] == len(places) - 1:
        return f"{texts[0]} … {texts[-1]}"
    return f"{texts[0]}, {texts[1]}, …"


def _outside(way: Way, places: list[int], left: bool) -> Run:
    text = listed(places)
    if len(places) == 1:
        text += f" = {figure(float(way.xs[places[0]]), 4)}"
    return Run(f"← {text}" if left else f"{text} →", TEXT, COLOURS[Method.NEWTON])


def _at_edge(run: Run, across: Scale, up: Scale, left: bool) -> list[Spot]:
    wide = run.width / 2 + EDGE
    x = across.start + wide if left else across.end - wide
    zero = up.at(0.0)
    return [(x, zero + far * OFF) for far in (-1, 1, -2.5, 2.5, -4, 4, -6, 6, -9, 9)]


def _beside(way: Way, place: int, run: Run, across: Scale, up: Scale) -> list[Spot]:
    """On the other side of the axis, about the point on the curve, or aslant."""
    value = float(way.values[place])
    value = value if math.isfinite(value) else 0.0
    x, zero, level = across.at(float(way.xs[place])), up.at(0.0), up.at(value)
    side = run.width / 2 + 18
    away = OFF if value >= 0 else -OFF
    return [
        (x, zero - away), (x, level + away), (x + side, level), (x - side, level),
        (x - side, zero - away), (x + side, zero - away),
        (x - side, zero + away), (x + side, zero + away),
    ]  # fmt: skip


def _together(way: Way, across: Scale) -> Iterator[list[int]]:
    """Newton's points in the window by where they stand, those at one place together."""
    found: dict[int, list[int]] = {}
    for place, x in enumerate(way.xs.tolist()):
        if across.low <= x <= across.high:
            found.setdefault(round(across.at(x) / SAME), []).append(place)
    yield from list(found.values())[:NAMED]
