"""Whole root finders in Python, with a formula and its derivative written into the loop."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import indent
from typing import Final

from engine.formula.tree import Formula, Node
from engine.formula.writing.source import PYTHON, bare
from engine.formula.writing.straight import Part, straight_line, variables


def loops_source(formula: Formula, derivative: Node) -> str:
    """Source of `newton`, `bisection` and `safeguarded`; the formula has one input.

    Straight lines on floats: no call, no tuple, no test but those that steer the method. Whatever
    is out of the ordinary, an exception of Python too, goes from the start to `slow_newton`,
    `slow_bisection` or `slow_safeguarded`, which must be known where this is compiled.

    Raises:
        NotScalar: the formula is of vectors or matrices.

    >>> from engine.formula.tree import Apply, Name, Number
    >>> from fractions import Fraction
    >>> x, two, five = Name("x"), Number(Fraction(2)), Number(Fraction(5))
    >>> formula = Formula("f", ("x",), Apply("sub", (Apply("pow", (x, two)), five)))
    >>> print(loops_source(formula, Apply("mul", (two, x))).partition("\\n\\n")[0])
    def newton(x, tol, most):
        start = x
        try:
            for steps in range(most + 1):
                value = (x * x) - 5.0
                if -tol <= value <= tol:
                    return x, value, steps
                x -= value / (2.0 * x)
        except (ArithmeticError, ValueError):
            pass
        return slow_newton(start, tol, most)
    """
    value, slope = straight_line([formula.body, derivative], formula.inputs, PYTHON)
    (alone,) = straight_line([formula.body], formula.inputs, PYTHON)
    fields = {
        "x": variables(formula.inputs)[formula.inputs[0]],
        "first": _assigned("first", alone, 2),
        "second": _assigned("second", alone, 2),
        "value": _assigned("value", value, 3),
        "value_alone": _assigned("value", alone, 3),
        "slope": _assigned("slope", slope, 3),
        "slope_lines": _lines(slope.lines, 3),
        "slope_value": slope.value,
    }
    return "\n\n".join(each.format_map(fields) for each in (_NEWTON, _BISECTION, _SAFEGUARDED))


def _assigned(name: str, part: Part, depth: int) -> str:
    return _lines([*part.lines, f"{name} = {bare(part.value)}"], depth)


def _lines(lines: Iterable[str], depth: int) -> str:
    return indent("".join(f"{line}\n" for line in lines), "    " * depth)


_NEWTON: Final = """\
def newton({x}, tol, most):
    start = {x}
    try:
        for steps in range(most + 1):
{value}\
            if -tol <= value <= tol:
                return {x}, value, steps
{slope_lines}\
            {x} -= value / {slope_value}
    except (ArithmeticError, ValueError):
        pass
    return slow_newton(start, tol, most)"""

# 2200 halvings exhaust the widest bracket of floats.
_BISECTION: Final = """\
def bisection(lower, upper, tol):
    try:
        {x} = lower
{first}\
        {x} = upper
{second}\
        if -inf < first < 0.0 < second < inf:
            negative, positive = lower, upper
        elif -inf < second < 0.0 < first < inf:
            negative, positive = upper, lower
        else:
            return slow_bisection(lower, upper, tol)
        for halvings in range(2200):
            if -tol <= positive - negative <= tol:
                return negative, positive, halvings
            {x} = 0.5 * negative + 0.5 * positive
{value_alone}\
            if -inf < value < 0.0:
                negative = {x}
            elif 0.0 < value < inf:
                positive = {x}
            elif value == 0.0:
                return {x}, {x}, halvings + 1
            else:
                break
    except (ArithmeticError, ValueError):
        pass
    return slow_bisection(lower, upper, tol)"""

_SAFEGUARDED: Final = """\
def safeguarded(lower, upper, start, tol):
    try:
        {x} = lower
{first}\
        {x} = upper
{second}\
        if -inf < first < 0.0 < second < inf:
            negative, positive = lower, upper
        elif -inf < second < 0.0 < first < inf:
            negative, positive = upper, lower
        else:
            return slow_safeguarded(lower, upper, start, tol)
        {x} = start
        if not (lower < {x} < upper or upper < {x} < lower):
            {x} = 0.5 * negative + 0.5 * positive
        older = last = abs(positive - negative)
        for steps in range(2200):
{value}\
            if -tol <= value <= tol:
                return {x}, value, steps
            if -inf < value < 0.0:
                negative = {x}
            elif 0.0 < value < inf:
                positive = {x}
            else:
                break
{slope}\
            moved = {x} - value / slope
            within = negative < moved < positive or positive < moved < negative
            if not within or abs(2.0 * value) > abs(older * slope):
                moved = 0.5 * negative + 0.5 * positive
            older = last
            last = abs(moved - {x})
            {x} = moved
    except (ArithmeticError, ValueError):
        pass
    return slow_safeguarded(lower, upper, start, tol)"""
