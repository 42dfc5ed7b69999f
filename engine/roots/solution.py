"""What a method comes to: where it stopped, why, and by which way."""

from __future__ import annotations

from dataclasses import dataclass

from engine.records.roots import Method, Status


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a method was: the estimate `x` with f there, after so many evaluations in all.

    `lower` and `upper` are the bracket then (bisection, safeguarded Newton), else x twice.
    """

    x: float
    value: float
    evaluations: int  # of f and of f' together
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Solution:
    """The end of a search for z with f(z) = 0.

    `root` is where it stopped (nan where nowhere), `residual` is |f(root)|, `width` the length of
    the last bracket or of the last step. `iterations` are steps or halvings.
    """

    method: Method
    status: Status
    root: float
    residual: float
    width: float
    iterations: int
    evaluations: int  # of f
    derivatives: int  # evaluations of f'
    trace: tuple[Visit, ...]
