"""Numbers of a formula as text: exactly, and as short as may be."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

LONGEST_DECIMAL: Final = 12  # digits; what needs more may be shorter as a quotient
PLACES: Final = 6  # zeros before or behind the digits; more are an exponent of ten


def number_text(value: Fraction) -> str:
    """A number exactly: a decimal where it is one, else a quotient; huge and tiny ones with e.

    >>> [number_text(Fraction(each)) for each in ("0.1", "1/3", "-2", "1e-9", "6e23")]
    ['0.1', '1/3', '-2', '1e-9', '6e23']
    """
    quotient = f"{value.numerator}/{value.denominator}"
    twos, rest = _without(value.denominator, 2)
    fives, rest = _without(rest, 5)
    if rest != 1:
        return quotient
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator)
    text = ("-" if value < 0 else "") + _decimal(digits, places)
    # An integer has no shorter quotient, and a long decimal may: 1/1024.
    return min(text, quotient, key=len) if len(digits) > LONGEST_DECIMAL else text


def _without(number: int, factor: int) -> tuple[int, int]:
    count = 0
    while number % factor == 0:
        number, count = number // factor, count + 1
    return count, number


def _decimal(digits: str, places: int) -> str:
    significant = digits.rstrip("0") or "0"
    zeros = len(digits) - len(significant) - places  # behind the digits; below 0: behind a point
    if significant == "0":
        return "0"
    if zeros > PLACES + 6 or -zeros > len(significant) + PLACES - 1:
        head = significant[0] + ("." + significant[1:] if significant[1:] else "")
        return f"{head}e{zeros + len(significant) - 1}"
    if zeros >= 0:
        return significant + "0" * zeros
    padded = significant.rjust(1 - zeros, "0")
    return f"{padded[:zeros]}.{padded[zeros:]}"
