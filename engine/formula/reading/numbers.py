"""Constant parts of a formula as exact fractions; nothing too large is ever computed."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from mpmath import mp, mpf

from engine.formula.limits import EXPONENT
from engine.formula.tree import Apply, Constant, Name, Node, Number, children, walk

PLACES: Final = 60
_BITS: Final = 40_000  # of a numerator or denominator on the way
_MAGNITUDE: Final = 3_400  # binary, about ten to the EXPONENT


class TooLarge(Exception):
    """A number on the way is past what we compute with."""


class NoNumber(Exception):
    """An operation has no value here: a division by zero, a root of a negative number."""


_EXACT: Final[dict[str, Callable[[Fraction, Fraction], Fraction]]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
}
_ROUNDED_NAMES = "sin cos tan asin acos atan sinh cosh tanh exp log sqrt log10 log1p expm1"
_ROUNDED: Final = frozenset(_ROUNDED_NAMES.split())


def is_constant(node: Node) -> bool:
    """Whether no input stands in it."""
    return not any(isinstance(each, Name) for each in walk(node))


def constant(node: Node) -> Fraction:
    """The value of a node without inputs; a rational one exactly, another to 60 digits.

    Raises TooLarge before anything that large is computed, NoNumber where there is no value or
    where the operation is none of elementary arithmetic.

    >>> constant(Apply("div", (Number(Fraction(1)), Number(Fraction(3)))))
    Fraction(1, 3)
    """
    match node:
        case Number(value):
            return value
        case Constant(name):
            with mp.workdps(PLACES):
                return _fraction(+getattr(mp, name))
        case Apply(op, _, None):
            values = [constant(child) for child in children(node)]
            return _bounded(_applied(op, values))
    raise NoNumber


def _applied(op: str, values: list[Fraction]) -> Fraction:
    match op, values:
        case "neg", [value]:
            return -value
        case "abs", [value]:
            return abs(value)
        case "pow", [base, exponent]:
            return _power(base, exponent)
        case "div", [_, Fraction(numerator=0)]:
            raise NoNumber
        case _, [left, right] if op in _EXACT:
            return _EXACT[op](left, right)
        case _, [value] if op in _ROUNDED:
            return _rounded(op, value)
    raise NoNumber


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if abs(exponent) > EXPONENT:
        raise TooLarge
    if base == 0 and exponent < 0:
        raise NoNumber
    if exponent.denominator == 1:
        size = max(base.numerator.bit_length(), base.denominator.bit_length())
        if size * abs(exponent.numerator) > _BITS:
            raise TooLarge
        return Fraction(base ** int(exponent))
    if base < 0:
        raise NoNumber
    with mp.workdps(PLACES):
        return _fraction(mp.power(_real(base), _real(exponent)))


def _rounded(op: str, value: Fraction) -> Fraction:
    with mp.workdps(PLACES):
        try:
            result = getattr(mp, op)(_real(value))
        except (ValueError, ZeroDivisionError, OverflowError):
            raise NoNumber from None
        return _fraction(result)


def _real(value: Fraction) -> mpf:
    return mpf(value.numerator) / value.denominator


def _fraction(value: mpf) -> Fraction:
    if not isinstance(value, mpf) or not mp.isfinite(value):
        raise NoNumber
    if value and abs(mp.mag(value)) > _MAGNITUDE:
        raise TooLarge
    sign, mantissa, exponent, _ = value._mpf_
    size = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -size if sign else size


def _bounded(value: Fraction) -> Fraction:
    size = max(value.numerator.bit_length(), value.denominator.bit_length())
    if size > _BITS or value.numerator.bit_length() - value.denominator.bit_length() > _MAGNITUDE:
        raise TooLarge
    return value
