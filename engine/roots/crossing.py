"""Whether f goes through 0 where its sign changes, or through infinity, or past 0 in a jump."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from engine.records.roots import Status

FURTHER: Final = 60  # halvings: from any bracket of ordinary size to neighbouring floats
WINDOW: Final = 20  # halvings: over so many, a cube root still falls to a hundredth
LEAST: Final = 8
NOISE: Final = 1e-6  # a plateau lower than this part of the rise is rounding, as far as floats tell

Sample = tuple[float, float]  # x and f(x)


def crossing(
    f: Callable[[float], float], samples: Iterable[Sample], eps: float = 0.0
) -> Status | None:
    r"""POLE or JUMP where f does not pass through 0 continuously; None where it does.

    The rise of a bracket [a, b] is |f(b) - f(a)|. As the bracket shrinks to a point z, the rise

    - falls to 0 where f is continuous: as (b - a)^m at a root of multiplicity m, as (b - a)^(1/3)
      at one like that of a cube root. How steep f is does not matter: 1e20·(x - 1/3) is compared
      with itself;
    - grows, as (b - a)^-m, at a pole;
    - stays at a jump.

    `samples` are points in the order in which a method saw them, two signs among them; the last
    bracket that they make is halved down to neighbouring floats, sixty times at most, and the
    rise at the end compared with that of twenty halvings before. What floats cannot tell
    (tanh(1e17·(x - 1/3))) is left to `exact_root`. For an f in float32 `eps` is 2^-23: x is told
    from its neighbours no better.

    >>> crossing(math.tan, [(1.0, math.tan(1)), (2.0, math.tan(2))]).value
    'pole'
    >>> crossing(lambda x: math.floor(x) - 0.5, [(0.0, -0.5), (3.0, 2.5)]).value
    'jump'
    >>> crossing(lambda x: 1e20 * (x - 1 / 3), [(0.0, -1e20 / 3), (1.0, 2e20 / 3)])
    """
    rises = list(_rises(f, samples, eps))
    if len(rises) <= LEAST or rises[-1] == 0.0:
        return None
    before, last = rises[-1 - WINDOW :][0], rises[-1]
    if last > 4 * before:
        return Status.POLE
    stays = last > before / 4 and last > NOISE * max(rises)
    return Status.JUMP if stays else None


def _rises(f: Callable[[float], float], samples: Iterable[Sample], eps: float) -> Iterator[float]:
    """The rise of every bracket, to the last; then 0 where f is 0 in a middle."""
    negative = positive = (math.nan, math.nan)
    for sample in samples:
        negative, positive = (sample, positive) if sample[1] < 0.0 else (negative, sample)
        if not math.isnan(negative[0] + positive[0]):
            yield positive[1] - negative[1]
    for _ in range(FURTHER):
        middle = 0.5 * negative[0] + 0.5 * positive[0]
        if not negative[0] != middle != positive[0] or _close(negative[0], positive[0], eps):
            return
        value = f(middle)
        if not math.isfinite(value) or value == 0.0:
            yield abs(value)
            return
        sample = (middle, value)
        negative, positive = (sample, positive) if value < 0.0 else (negative, sample)
        yield positive[1] - negative[1]


def _close(negative: float, positive: float, eps: float) -> bool:
    return abs(positive - negative) <= eps * max(abs(negative), abs(positive))
