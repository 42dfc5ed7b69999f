"""A root to many digits by halving: between two signs, of whatever size it is."""

from __future__ import annotations

from typing import Final

from mpmath import mp, mpf

from engine.roots.nature import FINE, ORIGIN, Ends, Function, Real, Spot, is_zero

BRACKETED: Final = 60  # digits
HALVINGS: Final = 240  # 40 to the size of a root, 200 to its last digit
FINEST: Final = mpf(10) ** -55  # of x
LEAST: Final = mpf(10) ** -400  # what is smaller is 0 to floats
APART: Final = 16  # times: ends of one sign that are further apart differ in size


def halved(f: Function, ends: Ends, most: int = HALVINGS) -> Ends:
    """The ends after so many halvings; the same point twice where f is 0 or infinite there.

    >>> halved(lambda x: x - 2, (mpf(1), mpf(5)), 1), halved(lambda x: x - 3, (mpf(1), mpf(5)))
    ((mpf('1.0'), mpf('3.0')), (mpf('3.0'), mpf('3.0')))
    """
    with mp.workdps(BRACKETED):
        at_lower, at_upper = map(f, ends)
        if at_lower == 0 or at_upper == 0:
            return (ends[0],) * 2 if at_lower == 0 else (ends[1],) * 2
        if not at_lower * at_upper < 0:
            return ends
        lower, upper = _of_one_sign(f, ends, at_lower)
        for _ in range(most):
            if upper - lower <= FINEST * (size := max(abs(lower), abs(upper))) or size <= LEAST:
                break
            middle = _middle(lower, upper)
            value = f(middle)
            if not mp.isfinite(value) or (value == 0 and is_zero(f, middle)):
                return middle, middle
            lower, upper = (middle, upper) if value * at_lower > 0 else (lower, middle)
        return lower, upper


def spot_of(ends: Ends) -> Spot | None:
    """The point that a bracket has shrunk to; None where it has not."""
    lower, upper = ends
    middle, width = (lower + upper) / 2, upper - lower
    if max(abs(lower), abs(upper)) <= LEAST:
        return Spot(ORIGIN.x, width)
    return Spot(middle, width) if width <= FINE * abs(middle) else None


def _of_one_sign(f: Function, ends: Ends, at_lower: Real) -> Ends:
    """The half of a bracket around 0 that has the root, where f has a sign at 0."""
    lower, upper = ends
    if not lower < 0 < upper or mp.isnan(value := f(mpf(0))):
        return ends
    return (
        mpf(0) if value * at_lower >= 0 else lower,
        mpf(0) if value * at_lower <= 0 else upper,
    )


def _middle(lower: Real, upper: Real) -> Real:
    """Half of the way, or, between ends of one sign that differ in size, of the exponents."""
    small, large = sorted((abs(lower), abs(upper)))
    if lower < 0 < upper or large <= APART * small:
        return (lower + upper) / 2
    size = mp.sqrt(small * large) if small else large * min(large, 1 / large, mpf(2) ** -APART)
    return size if upper > 0 else -size
