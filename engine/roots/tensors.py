"""The same methods on torch's numbers, one at a time: f' comes from a backward pass."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from engine.roots.bisection import Trail as Brackets
from engine.roots.bisection import bisected, halve
from engine.roots.ending import Path
from engine.roots.newton import MOST, Trail, descended
from engine.roots.solution import Solution

Function = Callable[[Tensor], Tensor]


def newton_by_autograd(
    function: Function, start: float, tol: float, dtype: torch.dtype, most: int = MOST
) -> Solution:
    """`newton` in torch: |f(z)| <= tol in this dtype, f' from a backward pass at every step.

    The statuses mean the same. With float32 a tolerance below what its 24 bits resolve ends in
    STAGNATED: x stops moving. To be timed: `descend_by_autograd`, the bare loop.

    >>> found = newton_by_autograd(lambda x: x**2 - 2, 1.0, 1e-5, torch.float64)
    >>> found.status.value, found.iterations
    ('converged', 3)
    >>> newton_by_autograd(lambda x: x**2 - 2, 1.0, 1e-9, torch.float32).status.value
    'stagnated'
    """
    trail: Trail = []
    end, value, steps = descend_by_autograd(function, start, tol, dtype, most, trail)
    x = end.item()
    path = Path((*trail, (x, value, math.nan)), tol, torch.finfo(dtype).eps)
    return descended(path, lambda z: _probe(function, z, dtype), steps, len(trail))


def descend_by_autograd(
    function: Function,
    start: float,
    tol: float,
    dtype: torch.dtype,
    most: int = MOST,
    trail: Trail | None = None,
) -> tuple[Tensor, float, int]:
    """The bare loop: (x, f(x), steps). It ends as `descend` does.

    x is a leaf that records its operations; a step changes it in place, unrecorded.

    >>> descend_by_autograd(lambda x: x**2 - 4, 2.0, 1e-5, torch.float32)[1:]
    (0.0, 0)
    """
    x = torch.tensor(start, dtype=dtype, requires_grad=True)
    output = function(x)
    value, steps = output.item(), 0
    here, before = x.item(), math.nan
    while abs(value) > tol and steps < most:
        slope = _backward(output, x)
        if trail is not None:
            trail.append((here, value, slope.item()))
        if slope == 0:
            break
        with torch.no_grad():
            x -= output / slope
        x.grad = None
        output = function(x)
        value = output.item()
        steps += 1
        earlier, before, here = before, here, x.item()
        if not before != here != earlier:
            break
    return x.detach(), value, steps


def bisection_of_tensors(
    function: Function, lower: float, upper: float, tol: float, dtype: torch.dtype
) -> Solution:
    """`bisection` in torch, in this dtype: a bracket at most tol wide around z with f(z) = 0.

    A tol below the distance of neighbouring numbers (4·eps·|z| is a sensible floor) ends in
    STAGNATED. To be timed: `halve_tensors`, the bare loop.

    >>> found = bisection_of_tensors(lambda x: x**2 - 2, 0.0, 2.0, 1e-5, torch.float32)
    >>> found.status.value, found.iterations, found.evaluations
    ('converged', 18, 20)
    """
    lower, upper = min(lower, upper), max(lower, upper)
    trail: Brackets = []
    negative, positive, halvings = halve_tensors(function, lower, upper, tol, dtype, trail)
    with torch.no_grad():
        return bisected(
            lambda x: function(torch.tensor(x, dtype=dtype)).item(),
            (negative, positive),
            halvings,
            trail,
            tol,
            torch.finfo(dtype).eps,
        )


def halve_tensors(
    function: Function,
    lower: float,
    upper: float,
    tol: float,
    dtype: torch.dtype,
    trail: Brackets | None = None,
) -> tuple[Tensor, Tensor, int]:
    """The bare loop, `halve` on tensors; nothing is recorded for a backward pass.

    >>> halve_tensors(lambda x: x - 0.3, 0.0, 1.0, 0.25, torch.float32)
    (tensor(0.2500), tensor(0.5000), 2)
    """
    low, high = (torch.tensor(each, dtype=dtype) for each in (lower, upper))
    with torch.no_grad():
        return halve(function, low, high, tol, trail)


def _backward(output: Tensor, x: Tensor) -> Tensor:
    """f'(x); 0 where f does not depend on x."""
    if output.requires_grad:
        output.backward()  # type: ignore[no-untyped-call]
    return torch.zeros_like(x) if x.grad is None else x.grad


def _probe(function: Function, at: float, dtype: torch.dtype) -> tuple[float, float]:
    x = torch.tensor(at, dtype=dtype, requires_grad=True)
    output = function(x)
    return output.item(), _backward(output, x).item()
