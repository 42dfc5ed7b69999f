"""How a descent by Newton's method ended: told from the points that it went through."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from engine.records.roots import Status

Point = tuple[float, float, float]  # x, f(x), f'(x); nan where f' was not asked
Probe = Callable[[float], tuple[float, float]]  # x -> f(x), f'(x)

FLED: Final = 1e3  # times the start's size
LONGEST: Final = 32  # of the cycles that are looked for
SAME: Final = 1e-9  # of a cycle's spread
DANCE: Final = 8  # steps
ULPS: Final = 64  # within so many units in the last place x does not move any more
NEAR: Final = 0.01  # of max(1, |x|)
LINEAR: Final = (0.4, 0.93)  # the rate of a root of multiplicity 2 to 14; the rest is no root's
ALIKE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Path:
    """The points of a descent, the last one where it ended.

    `eps` is 2^-52 for float64, 2^-23 for float32.
    """

    points: tuple[Point, ...]
    tol: float
    eps: float

    @property
    def xs(self) -> list[float]:
        """The estimates, each change of place once."""
        found = [x for x, _, _ in self.points]
        stayed = len(found) > 1 and self.points[-2][2] == 0.0 and found[-1] == found[-2]
        return found[:-1] if stayed else found

    @property
    def last_step(self) -> float:
        """The length of the last step; nan where none was made."""
        return abs(self.xs[-1] - self.xs[-2]) if len(self.xs) > 1 else math.nan


def ending(path: Path, probe: Probe) -> Status:
    """The truth about a descent, the first of these that holds:

    - DIVERGED: x fled, in steps that do not shrink, to a thousand times the size of its start;
    - NON_FINITE: f or f' is nan or infinite: it left the domain, or f overflows;
    - CONVERGED, MULTIPLE or FLAT: |f| <= tol, see `arrival`;
    - STAGNATED: x moves by some units in the last place at most, and |f| is still above tol;
    - ZERO_DERIVATIVE: f' = 0, the tangent is level;
    - CYCLE: it comes back to where it was, every so many steps;
    - LIMIT: none of these after all its steps.

    >>> falling = ((0.0, 2.0, -2.0), (1.0, 1.0, 1.0), (0.0, 2.0, math.nan))
    >>> ending(Path(falling, 1e-5, 2.0**-52), lambda x: (x**3 - 2 * x + 2, 3 * x**2 - 2))
    <Status.CYCLE: 'cycle'>
    """
    x, value, _ = path.points[-1]
    slopes = [slope for _, _, slope in path.points[:-1]]
    arrived = abs(value) <= path.tol
    if not arrived and _fled(path.xs):
        return Status.DIVERGED
    if not (math.isfinite(x) and math.isfinite(value) and all(map(math.isfinite, slopes))):
        return Status.NON_FINITE
    if arrived:
        return arrival(x, path.tol, path.eps, probe)
    if _rests(path.xs, path.eps):
        return Status.STAGNATED
    if slopes and slopes[-1] == 0.0:
        return Status.ZERO_DERIVATIVE
    return Status.CYCLE if _returns(path.xs) else Status.LIMIT


def arrival(x: float, tol: float, eps: float, probe: Probe) -> Status:
    r"""CONVERGED, MULTIPLE or FLAT, where |f(x)| <= tol.

    Newton's next three steps d₁, d₂, d₃ are tried. At a simple root d₂/d₁ is about 0, at a root
    of multiplicity m it is 1 - 1/m, and so is d₃/d₂: MULTIPLE. The distance from the root is
    about d₁·(1 + q + q² + …) = d₁/(1 - q), q = d₂/d₁; where that is `far`, or the steps hardly
    shrink (those of exp(x) are -1 for ever), no root is near although |f| is small: FLAT.

    >>> arrival(1e-3, 1e-5, 2.0**-52, lambda x: (x * x, 2 * x)).value
    'multiple'
    >>> arrival(10.0, 1e-5, 2.0**-52, lambda x: (1e-20 * (x - 3), 1e-20)).value
    'flat'
    """
    steps = _next_steps(x, probe)
    if not steps or abs(steps[0]) <= ULPS * eps * abs(x):
        return Status.CONVERGED
    rates = [after / before for before, after in pairwise(steps) if before]
    rate = max(rates[0], 0.0) if rates else 0.0
    if rate > LINEAR[1]:
        return Status.FLAT
    if far(abs(steps[0]) / (1 - rate), x, tol, 1 / (1 - rate)):
        return Status.FLAT
    linear = len(rates) > 1 and all(LINEAR[0] <= each <= LINEAR[1] for each in rates)
    return Status.MULTIPLE if linear and abs(rates[1] - rates[0]) < ALIKE else Status.CONVERGED


def far(distance: float, x: float, tol: float, multiplicity: float) -> bool:
    """Whether a root so far from x is not the one that |f(x)| <= tol speaks of.

    f = ((x - z)/s)^m is within tol as far as s·tol^(1/m) from z. With a scale s of the size of x
    that is what was asked for; ten times as much, or a hundredth of x, is still near.

    >>> far(7.0, 10.0, 1e-5, 1), far(1e-4, 1.0, 1e-5, 1), far(0.2, 1.2, 1e-5, 7)
    (True, False, False)
    """
    return not distance <= max(NEAR, 10 * tol ** (1 / multiplicity)) * max(1.0, abs(x))


def _next_steps(x: float, probe: Probe) -> list[float]:
    """Up to three of Newton's steps from x; one that cannot be made is infinite, or the last."""
    steps: list[float] = []
    for _ in range(3):
        value, slope = probe(x)
        if value == 0.0 or (steps and not (math.isfinite(value) and math.isfinite(slope))):
            break
        steps.append(value / slope if slope else math.inf)
        x -= steps[-1]
    return steps


def _fled(xs: Sequence[float]) -> bool:
    if any(map(math.isinf, xs[1:])):
        return True
    finite = [x for x in xs if math.isfinite(x)]
    last = finite[-4:]
    steps = [abs(after - before) for before, after in pairwise(last)]
    growing = all(after >= before for before, after in pairwise(steps))
    return bool(steps) and growing and abs(last[-1]) > FLED * max(1.0, abs(xs[0]))


def _rests(xs: Sequence[float], eps: float) -> bool:
    """Whether x stays where it was, or dances over a few neighbouring floats."""
    if len(xs) > 1 and xs[-1] == xs[-2]:
        return True
    last = xs[-3:] if len(xs) > 2 and xs[-1] == xs[-3] else xs[-DANCE:]
    return len(last) > 2 and max(last) - min(last) <= ULPS * eps * abs(xs[-1])


def _returns(xs: Sequence[float]) -> bool:
    return any(_repeats(xs, period) for period in range(2, min(LONGEST, len(xs) - 1) + 1))


def _repeats(xs: Sequence[float], period: int) -> bool:
    """The same number again, or, drawn into a cycle, two whole turns that are nearly the same."""
    if xs[-1] == xs[-1 - period]:
        return True
    turn, before = xs[-period:], xs[-2 * period : -period]
    if len(before) < period:
        return False
    apart = max(abs(here - there) for here, there in zip(turn, before, strict=True))
    return apart <= SAME * (max(turn) - min(turn))
