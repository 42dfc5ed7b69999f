"""Every elementwise operation on single numbers of mpmath, with the infinities of floats.

Each is total: outside its domain it answers nan, at a pole an infinity, and no argument, however
large, takes more than a moment.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from mpmath import mp, mpf

from engine.formula.limits import EXPONENT

Real = Any  # mpf: mpmath has no types

LARGEST: Final = 1_000_000  # of an argument of exp
LARGEST_BITS: Final = 1_442_695  # of its result
PRECISE: Final = 40  # digits: with fewer a small number is just small
MEASURED: Final = 10**20  # an angle so large is a number of its own, no multiple of π
LARGEST_ANGLE_BITS: Final = 4_000  # sin of more would need that many digits of pi


def bounded(x: Real) -> Real:
    """x, or an infinity where it is beyond e^1000000, or 0 below e^-1000000."""
    _, mantissa, exponent, bits = x._mpf_
    if not mantissa or -LARGEST_BITS <= exponent + bits <= LARGEST_BITS:
        return x
    if exponent < 0:
        return mpf(0)
    return mp.inf if x > 0 else -mp.inf


def relation(sign: str) -> Callable[[Real, Real], bool]:
    """A comparison by its sign; nan is unlike everything, itself included."""
    return _RELATIONS[sign]


_RELATIONS: Final[dict[str, Callable[[Real, Real], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def _div(x: Real, y: Real) -> Real:
    if y != 0:
        return bounded(x / y)
    return mp.nan if x == 0 or mp.isnan(x) else mp.inf if x > 0 else -mp.inf


def _exp(x: Real) -> Real:
    if x > LARGEST:
        return mp.inf
    return mpf(0) if x < -LARGEST else mp.exp(x)


def _expm1(x: Real) -> Real:
    return _exp(x) if x > LARGEST else mpf(-1) if x < -LARGEST else mp.expm1(x)


def _log(x: Real) -> Real:
    return mp.nan if mp.isnan(x) or x < 0 else -mp.inf if x == 0 else mp.log(x)


def _log1p(x: Real) -> Real:
    return _log(1 + x) if mp.isinf(x) or not x > -1 else mp.log1p(x)


def _pow(x: Real, y: Real) -> Real:
    """As pow of C: x^0 = 1^y = 1 even for nan; of a negative x only whole powers are real."""
    if y == 0 or x == 1:
        return mpf(1)
    if mp.isnan(x) or mp.isnan(y):
        return mp.nan
    if x < 0 and mp.isfinite(x) and mp.isfinite(y) and not mp.isint(y):
        return mp.nan
    size = _power_of_size(abs(x), y)
    return -size if x < 0 and _odd(y) else size


def _power_of_size(x: Real, y: Real) -> Real:
    if x == 0 or mp.isinf(x):
        return mpf(0) if (x == 0) == (y > 0) else mp.inf
    if x == 1:
        return mpf(1)
    if abs(y) <= EXPONENT and mp.isint(y):
        return bounded(x ** int(y))
    size = mp.log(x) * y
    return _exp(size) if not abs(size) <= LARGEST else mp.power(x, y)


def _odd(y: Real) -> bool:
    # The mantissa of an mpf is odd: a positive exponent makes the number even.
    return bool(mp.isint(y)) and bool(y) and y._mpf_[2] == 0


def _sqrt(x: Real) -> Real:
    return mp.nan if mp.isnan(x) or x < 0 else mp.sqrt(x)


def _angle(function: Callable[[Real], Real]) -> Callable[[Real], Real]:
    @wraps(function)
    def of_angle(x: Real) -> Real:
        if not mp.isfinite(x) or (x and mp.mag(x) > LARGEST_ANGLE_BITS):
            return mp.nan
        result = function(x)
        return mpf(0) if _lost(result, x) else result

    return of_angle


def _lost(result: Real, x: Real) -> bool:
    """Whether nothing of a result is left: sin(π), where π has so many digits."""
    if mp.dps < PRECISE or not 1 < abs(x) < MEASURED:
        return False
    return bool(abs(result) < abs(x) * mpf(10) ** (4 - mp.dps))


def _tan(x: Real) -> Real:
    return mp.inf if _lost(mp.cos(x), x) else mp.tan(x)


def _inverse(function: Callable[[Real], Real]) -> Callable[[Real], Real]:
    return lambda x: function(x) if -1 <= x <= 1 else mp.nan


def _sinh(x: Real) -> Real:
    return x * mp.inf if abs(x) > LARGEST else mp.sinh(x)


def _cosh(x: Real) -> Real:
    return mp.inf if abs(x) > LARGEST else mp.cosh(x)


def _tanh(x: Real) -> Real:
    return mp.sign(x) if abs(x) > LARGEST else mp.tanh(x)


def _erf(x: Real) -> Real:
    return mp.sign(x) if abs(x) > 1_000 else mp.erf(x)


def _gelu(x: Real) -> Real:
    if abs(x) > 1_000:  # erfc(x/√2) is below e^-500000
        return x if x > 0 else mp.nan if mp.isinf(x) else mpf(0)
    return x / 2 * mp.erfc(-x / mp.sqrt(2))


def _sigmoid(x: Real) -> Real:
    return 1 / (1 + _exp(-x))


def _softplus(x: Real) -> Real:
    return _max(x, mpf(0)) + mp.log1p(_exp(-abs(x)))


def _sign(x: Real) -> Real:
    return mpf(0) if mp.isnan(x) else mp.sign(x)


def _rounded(function: Callable[[Real], Real]) -> Callable[[Real], Real]:
    return lambda x: function(x) if mp.isfinite(x) else x


def _max(x: Real, y: Real) -> Real:
    return x if mp.isnan(x) or x > y else y


def _min(x: Real, y: Real) -> Real:
    return x if mp.isnan(x) or x < y else y


def _clamp(x: Real, least: Real, largest: Real | None = None) -> Real:
    return _max(x, least) if largest is None else _min(_max(x, least), largest)


def _leaky_relu(x: Real, slope: Real | None = None) -> Real:
    return x if x > 0 else bounded((mpf(1) / 100 if slope is None else slope) * x)


def _elu(x: Real, alpha: Real | None = None) -> Real:
    return x if x > 0 else bounded((mpf(1) if alpha is None else alpha) * _expm1(x))


ON_NUMBERS: Final[dict[str, Callable[..., Real]]] = {
    "neg": operator.neg,
    "add": lambda x, y: bounded(x + y),
    "sub": lambda x, y: bounded(x - y),
    "mul": lambda x, y: bounded(x * y),
    "div": _div,
    "pow": _pow,
    "sin": _angle(mp.sin),
    "cos": _angle(mp.cos),
    "tan": _angle(_tan),
    "asin": _inverse(mp.asin),
    "acos": _inverse(mp.acos),
    "atan": mp.atan,
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _tanh,
    "exp": _exp,
    "log": _log,
    "log2": lambda x: _log(x) / mp.ln2,
    "log10": lambda x: _log(x) / mp.ln10,
    "log1p": _log1p,
    "expm1": _expm1,
    "sqrt": _sqrt,
    "rsqrt": lambda x: _div(mpf(1), _sqrt(x)),
    "abs": abs,
    "sign": _sign,
    "floor": _rounded(mp.floor),
    "ceil": _rounded(mp.ceil),
    "relu": lambda x: _max(x, mpf(0)),
    "gelu": _gelu,
    "silu": lambda x: x * _sigmoid(x),
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "erf": _erf,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "max": _max,
    "min": _min,
    "clamp": _clamp,
    "where": lambda condition, x, y: x if condition else y,
    "zeroed": lambda x, y: mpf(0) if y == 0 else x,
}
