"""What a method says of its end, held to the exact root."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mpmath import mpf

from engine.records.roots import Method, Status
from engine.roots.ending import far
from engine.roots.exact_root import ExactRoot
from engine.roots.nature import Kind
from engine.roots.solution import Solution

NEIGHBOURING: Final = 1e-3  # of max(1, |z|): where rounding stops a method at a multiple root
STUCK: Final = (Status.LIMIT, Status.CYCLE, Status.ZERO_DERIVATIVE)
CROSSED: Final = (Status.POLE, Status.JUMP, Status.NON_FINITE)


def certified(solution: Solution, exact: ExactRoot, tol: float) -> Solution:
    """The solution with the status that fifty digits confirm; `tol` is the one it was sought with.

    `exact` is what `exact_root` finds near `solution.root`, within the bracket of a method that
    had one. Floats cannot tell everything: exp(-1000) is 0 to them, tanh(1e17·(x - 1/3)) a jump.

    - a root that was reached, with a pole or a jump in the bracket: POLE, JUMP;
    - one that was reached with nothing there, or by Newton's method with only a pole or a jump:
      FLAT where |f| <= tol; else STUCK where x did not move any more, and LIMIT, halved in vain;
    - one that was reached by Newton's method with the root far away (`far`): FLAT, and the other
      way round; MULTIPLE exactly where the multiplicity is above 1;
    - POLE or JUMP with a root there: CONVERGED, or STAGNATED in a bracket wider than tol;
    - stuck within a thousandth of a multiple root: STAGNATED, its digits are spent there.

    >>> from mpmath import mp
    >>> from engine.roots.bisection import bisection
    >>> found = bisection(mp.mpf, -1.0, 2.0, 1e-5)
    >>> certified(found, ExactRoot(mp.nan, 1, Kind.NONE), 1e-5).status.value
    'flat'
    """
    return replace(solution, status=_status(solution, exact, tol))


def _status(solution: Solution, exact: ExactRoot, tol: float) -> Status:
    status = solution.status
    enclosed = solution.method is not Method.NEWTON
    match exact.kind:
        case Kind.UNKNOWN:
            return status
        case Kind.POLE | Kind.JUMP if enclosed:
            seen = status.reached or status in CROSSED
            return Status(exact.kind.value) if seen else status
        case Kind.NONE | Kind.POLE | Kind.JUMP:
            return _of_none(solution, tol)
    if status in (Status.POLE, Status.JUMP):
        return Status.CONVERGED if solution.width <= tol else Status.STAGNATED
    if solution.method is Method.BISECTION:
        return status
    if status is Status.CONVERGED and not solution.iterations and not solution.residual:
        return status  # where it began, at no rate
    return _of_newton(status, float(abs(mpf(solution.root) - exact.value)), exact, tol)


def _of_none(solution: Solution, tol: float) -> Status:
    """Where no root is."""
    if not solution.status.reached:
        return solution.status
    if solution.residual <= tol:
        return Status.FLAT
    return Status.STUCK if solution.status is Status.STAGNATED else Status.LIMIT


def _of_newton(status: Status, distance: float, exact: ExactRoot, tol: float) -> Status:
    """Where there is a root at that distance."""
    size, many = float(exact.value), exact.multiplicity
    if status in STUCK and many > 1 and distance <= NEIGHBOURING * max(1.0, abs(size)):
        return Status.STAGNATED
    if status not in (Status.CONVERGED, Status.MULTIPLE, Status.FLAT):
        return status
    if far(distance, size, tol, max(1.0, exact.order)):
        return Status.FLAT
    return Status.MULTIPLE if many > 1 else Status.CONVERGED
