"""Functions on floats that answer as torch does where Python's math module raises."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Final

Real = Callable[[float], float]


def divide(x: float, y: float) -> float:
    """x/y; an infinity or nan where y is 0.

    >>> divide(1.0, 0.0), divide(-1.0, 0.0), divide(1.0, -0.0)
    (inf, -inf, -inf)
    """
    if y:
        return x / y
    if x == 0 or math.isnan(x):
        return math.nan
    return math.copysign(math.inf, x) * math.copysign(1.0, y)


def power(x: float, y: float) -> float:
    """x^y as pow of C.

    >>> power(-8.0, 1 / 3), power(0.0, -1.0), power(10.0, 400.0), power(-10.0, 401.0)
    (nan, inf, inf, -inf)
    """
    try:
        return math.pow(x, y)
    except OverflowError:
        return -math.inf if x < 0 and y % 2 == 1 else math.inf
    except ValueError:
        return math.inf if x == 0 else math.nan


def _total(function: Real, above: float = math.inf, below: float = math.inf) -> Real:
    """nan outside the domain; `above` or `below` 0 where the result is too large."""

    @wraps(function)
    def total(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return above if x > 0 else below
        except ValueError:
            return math.nan

    return total


def _logarithm(function: Real, pole: float = 0.0) -> Real:
    of_domain = _total(function)
    return lambda x: -math.inf if x == pole else of_domain(x)


def _whole(function: Callable[[float], int]) -> Real:
    return lambda x: float(function(x)) if math.isfinite(x) else x


_WITH_DOMAIN: Final = "sin cos tan asin acos sqrt exp expm1"

SAFE: Final[dict[str, Real]] = {
    **{name: _total(getattr(math, name)) for name in _WITH_DOMAIN.split()},
    **{name: _logarithm(getattr(math, name)) for name in ["log", "log2", "log10"]},
    "log1p": _logarithm(math.log1p, -1.0),
    "sinh": _total(math.sinh, below=-math.inf),
    "cosh": _total(math.cosh),
    "floor": _whole(math.floor),
    "ceil": _whole(math.ceil),
}
