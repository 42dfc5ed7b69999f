"""Words put where they cover neither lines nor each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.plots.drawing import Words
from engine.plots.letters import Run
from engine.plots.scale import Floats, Frame

Spot = tuple[float, float]
NEAR: Final = 6.0  # pixels between points that stand for a line
AIR: Final = 5.0  # around words
TOUCHED: Final = 2  # points of lines that words may stand on
ABOVE, BELOW = 0.78, 0.24  # of the size of letters, from their base


class Lettering:
    """The words within a frame."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._lines: list[Floats] = []
        self._words: list[Frame] = []

    def avoid(self, xs: Floats, ys: Floats) -> None:
        """Keep off the line through these places."""
        if len(xs) < 2:
            self._lines.append(np.column_stack((xs, ys)))
            return
        for start in range(len(xs) - 1):
            ends = np.array([xs[start : start + 2], ys[start : start + 2]])
            if not np.isfinite(ends).all():
                continue
            count = int(np.hypot(*(ends[:, 1] - ends[:, 0])) / NEAR) + 1
            self._lines.append(np.linspace(ends[:, 0], ends[:, 1], count, endpoint=False))

    def put(self, run: Run, spots: Sequence[Spot]) -> Words | None:
        """The words centred at the first of the spots that is as free as any, or None."""
        ranked = [(self._cost(box_at(run, spot)), place) for place, spot in enumerate(spots)]
        cost, place = min(ranked)
        if cost > TOUCHED:
            return None
        box = box_at(run, spots[place])
        self._words.append(box)
        return words_in(run, box)

    def _cost(self, box: Frame) -> float:
        if not self.frame.holds(box) or any(map(box.meets, self._words)):
            return np.inf
        if not self._lines:
            return 0.0
        x, y = np.concatenate(self._lines).T
        within = (box.left < x) & (x < box.right) & (box.low < y) & (y < box.top)
        return float(within.sum())


def box_at(run: Run, middle: Spot) -> Frame:
    """The room that words take around their middle."""
    wide, high = run.width / 2 + AIR, run.size * (ABOVE + BELOW) / 2
    x, y = middle
    return Frame(x - wide, y - high, x + wide, y + high)


def words_in(run: Run, box: Frame) -> Words:
    """The words in their room."""
    return Words(box.left + AIR, box.low + BELOW * run.size, run)
