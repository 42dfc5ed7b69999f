"""Numbers of a formula in Python source: as they were written where floats can hold that."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from engine.formula.tree import Apply, Constant, Node, Number
from engine.formula.writing.rows import rows

EXACT_INTEGERS: Final = 2**53


def plain(node: Node) -> float | None:
    """What Python makes of a node without inputs or functions, if that is a finite number.

    >>> plain(Apply("div", (Number(Fraction(1)), Number(Fraction(4)))))
    0.25
    >>> plain(Apply("div", (Number(Fraction(1)), Number(Fraction(0))))) is None
    True
    """
    match node:
        case Number(value=value):
            return nearest_float(value)
        case Constant(name=name):
            return {"pi": math.pi, "e": math.e}[name]
        case Apply(op=op, args=args) if op in _ARITHMETIC:
            numbers = [plain(each) for each in args]
            return None if None in numbers else _finite(_ARITHMETIC[op], numbers)
    return None


_ARITHMETIC: Final[dict[str, Callable[..., object]]] = {
    "neg": lambda x: -x,
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
}


def _finite(operation: Callable[..., object], numbers: list[float | None]) -> float | None:
    try:
        result = operation(*numbers)
    except (ZeroDivisionError, OverflowError):
        return None
    return result if isinstance(result, float) and math.isfinite(result) else None


def nearest_float(value: Fraction) -> float:
    """The float nearest to a number: an infinity beyond the largest."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def number_source(value: Fraction) -> str:
    """A number as a literal, or in brackets as a quotient of two; 1e999 is Python's infinity.

    >>> [number_source(Fraction(each)) for each in ("3", "0.1", "1/3", "1e20", "1e400")]
    ['3', '0.1', '(1 / 3)', '1e+20', '1e999']
    """
    if value.denominator == 1 and abs(value) < EXACT_INTEGERS:
        return str(value)
    number = nearest_float(value)
    if math.isinf(number):
        return "1e999" if number > 0 else "-1e999"
    if Fraction(repr(number)) == value or value.denominator == 1:
        return repr(number)
    if max(abs(value.numerator), value.denominator) < EXACT_INTEGERS:
        return f"({value.numerator} / {value.denominator})"
    return repr(number)


def rows_source(shape: tuple[int, ...], values: tuple[Fraction, ...]) -> str:
    """Numbers as nested lists of floats."""
    return rows(shape, [float_source(number_source(each)) for each in values])


def float_source(source: str) -> str:
    """A number's source made a float: torch takes the dtype of what it is given from it."""
    return f"{source}.0" if source.lstrip("-").isdigit() else source
