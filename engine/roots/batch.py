"""Newton's method on many starts at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch

from engine.roots.codes import CONVERGED, LIMIT, NON_FINITE, ZERO_DERIVATIVE

ValueAndSlope = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


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
    `function` gives f and f' of a vector; `starts` is a vector, float64 or float32, on any device.
    On the CPU it is solved in blocks that stay in the cache, each by one thread.

    >>> square = lambda x: (x * x - 4, 2 * x)
    >>> found = newton_batch(square, torch.tensor([1.0, -5.0, 0.0]), 1e-5, 50)
    >>> found.roots, found.codes.tolist(), found.counts.tolist()
    (tensor([ 2.0000, -2.0000,  0.0000]), [0, 0, 1], [4, 5, 0])
    """
    size = BLOCK_BYTES // starts.element_size() if starts.device.type == "cpu" else len(starts)
    blocks = [_quick(function, block, tol, most) for block in starts.split(max(size, 1))]
    found = _joined(blocks)
    (left,) = torch.nonzero(found.codes, as_tuple=True)
    if len(left):
        rest = starts[left].split(max(size, 1))
        careful = _joined([_careful(function, block, tol, most) for block in rest])
        found.roots[left], found.codes[left] = careful.roots, careful.codes
        found.counts[left] = careful.counts
    return found


BLOCK_BYTES: Final = 2**16
QUICK_STEPS: Final = 30
FEW: Final = 16  # a block ends when so small a part of it is left
_OPEN: Final = -1


def _joined(blocks: list[BatchResult]) -> BatchResult:
    return BatchResult(
        torch.cat([each.roots for each in blocks]),
        torch.cat([each.codes for each in blocks]),
        torch.cat([each.counts for each in blocks]),
    )


def _quick(function: ValueAndSlope, x: torch.Tensor, tol: float, most: int) -> BatchResult:
    """Nothing but steps: elements that do not converge soon stay open, and begin anew."""
    counts = torch.zeros(len(x), dtype=torch.int32, device=x.device)
    for step in range(min(most, QUICK_STEPS) + 1):
        value, slope = function(x)
        going = ~(value.abs() <= tol)
        if step == QUICK_STEPS or int(going.sum()) * FEW <= len(x):
            break
        x = torch.where(going, x - value / slope, x)
        counts += going
    # From an infinity no step leads back; f may be 0 there.
    codes = torch.where(going | ~x.isfinite(), _OPEN, CONVERGED).to(torch.int8)
    return BatchResult(x, codes, counts)


def _careful(function: ValueAndSlope, x: torch.Tensor, tol: float, most: int) -> BatchResult:
    """Step by step, and who has ended leaves."""
    found = BatchResult(
        x.clone(),
        torch.zeros(len(x), dtype=torch.int8, device=x.device),
        torch.zeros(len(x), dtype=torch.int32, device=x.device),
    )
    places = torch.arange(len(x), device=x.device)
    for step in range(most + 1):
        following, codes = _step(function, x, tol, last=step == most)
        ended = codes != _OPEN
        there = places[ended]
        found.roots[there], found.codes[there], found.counts[there] = x[ended], codes[ended], step
        places, x = places[~ended], following[~ended]
        if not len(places):
            break
    return found


def _step(
    function: ValueAndSlope, x: torch.Tensor, tol: float, *, last: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """Where a step leads, and the code of each element that does not take it; least first."""
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
