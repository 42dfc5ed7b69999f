"""Newton's method on many starts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from engine.roots.codes import CONVERGED, LIMIT, NON_FINITE, ZERO_DERIVATIVE
from engine.roots.going import Going

ValueAndSlope = Callable[[torch.Tensor], Iterable[torch.Tensor]]


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Where each element stopped, why (a code of `engine.roots.codes`), after how many steps."""

    roots: torch.Tensor
    codes: torch.Tensor  # int8
    counts: torch.Tensor  # int32


def newton_batch(
    function: ValueAndSlope, starts: torch.Tensor, tol: float, most: int
) -> BatchResult:
    """Where x - f(x)/f'(x), repeated from each start until |f| ≤ tol, comes to.

    Every element ends as `engine.roots.codes` says, after the steps that it would take alone.
    `function` gives f, then f', of a vector, and may write over them at its next call; `starts` is
    a vector, float64 or float32, on any device. On the CPU it is solved in blocks that stay in the
    cache, each by one thread.

    >>> square = lambda x: (x * x - 4, 2 * x)
    >>> found = newton_batch(square, torch.tensor([1.0, -5.0, 0.0]), 1e-5, 50)
    >>> found.roots, found.codes.tolist(), found.counts.tolist()
    (tensor([ 2., -2.,  0.]), [0, 0, 1], [4, 5, 0])
    """
    found = BatchResult(
        torch.empty_like(starts),
        torch.zeros(starts.shape, dtype=torch.int8, device=starts.device),
        torch.empty(starts.shape, dtype=torch.int32, device=starts.device),
    )
    size = BLOCK_BYTES // starts.element_size() if starts.is_cpu else max(len(starts), 1)
    with np.errstate(all="ignore"):
        left = _everywhere(function, starts, found, size, tol, most)
        left = _where_left(function, left, found, size, tol, most)
        for places in _blocks(left, size):
            _careful(function, starts, places, found, tol, most)
    return found


BLOCK_BYTES: Final = 3 * 2**16
QUICK_STEPS: Final = 30
_OPEN: Final = -1


def _blocks(vector: torch.Tensor, size: int) -> Iterator[torch.Tensor]:
    return (vector[first : first + size] for first in range(0, len(vector), size))


def _everywhere(
    function: ValueAndSlope,
    starts: torch.Tensor,
    found: BatchResult,
    size: int,
    tol: float,
    most: int,
) -> torch.Tensor:
    """Steps in every block until most of it has converged; the places of the rest."""
    left: list[torch.Tensor] = []
    going = Going(starts[:size], numpy=starts.is_cpu)
    for first in range(0, len(starts), size):
        block = slice(first, first + size)
        x = found.roots[block].copy_(starts[block])
        going = going.anew(x)
        left.append(_quick(function, x, going, tol, most, few=8) + first)
        found.counts[block] = going.counts
    return torch.cat(left) if left else torch.zeros(0, dtype=torch.int64)


def _where_left(
    function: ValueAndSlope,
    left: torch.Tensor,
    found: BatchResult,
    size: int,
    tol: float,
    most: int,
) -> torch.Tensor:
    """More steps for the rest, side by side in new blocks; the places of those that need care."""
    care: list[torch.Tensor] = [left[:0]]
    going = Going(found.roots[:size], numpy=left.is_cpu)
    for places in _blocks(left, size):
        x, counts = found.roots[places], found.counts[places]
        going = going.anew(x)
        still = _quick(function, x, going, tol, most - int(counts.max()), few=16)
        found.roots[places] = x
        found.counts[places] = counts + going.counts
        care.append(places[still])
    return torch.cat(care)


def _quick(
    function: ValueAndSlope, x: torch.Tensor, going: Going, tol: float, most: int, few: int
) -> torch.Tensor:
    """Steps of x, in place, and counted, until no more than one in `few` has not converged.

    Nothing is looked at but |f| ≤ tol. The places of those that have not come to that.
    """
    steps_left = min(most, QUICK_STEPS)
    both = iter(function(x))
    # 0 where |f| ≤ tol: there x stays what it is. nan stays nan.
    shrunk = going.shrunk(next(both), tol)
    while steps_left and going.left() * few > len(x):
        going.count()
        torch.addcdiv(x, shrunk, next(both), value=-1, out=x)
        both = iter(function(x))
        shrunk = going.shrunk(next(both), tol)
        steps_left -= 1
    # From an infinity no step leads back; f may be 0 there. A finite sum has none in it.
    return going.places(~x.isfinite() if not x.sum().isfinite() else None)


def _careful(
    function: ValueAndSlope,
    starts: torch.Tensor,
    places: torch.Tensor,
    found: BatchResult,
    tol: float,
    most: int,
) -> None:
    """Step by step from the starts at these places; what has ended is noted there and leaves.

    All have left after `most` steps.
    """
    x, step = starts[places], 0
    while len(places):
        following, codes = _step(function, x, tol, last=step == most)
        ended = codes != _OPEN
        there = places[ended]
        found.roots[there], found.codes[there], found.counts[there] = x[ended], codes[ended], step
        places, x, step = places[~ended], following[~ended], step + 1


def _step(
    function: ValueAndSlope, x: torch.Tensor, tol: float, *, last: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """Where a step leads, and the code of each element that does not take it: the last one said."""
    value, slope = function(x)
    following = x - value / slope
    codes = torch.full(x.shape, LIMIT if last else _OPEN, dtype=torch.int8, device=x.device)
    if not last:
        codes[~following.isfinite()] = NON_FINITE
        codes[slope == 0] = ZERO_DERIVATIVE
        codes[~slope.isfinite()] = NON_FINITE
    codes[~value.isfinite()] = NON_FINITE
    codes[value.abs() <= tol] = CONVERGED
    return following, codes
