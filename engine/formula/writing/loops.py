"""Whole root finders in Python, with a formula and its derivative written into the loop."""

from __future__ import annotations

from collections.abc import Sequence
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
    x = variables(formula.inputs)[formula.inputs[0]]
    methods = [_newton(x, value, slope), _bisection(x, alone), _safeguarded(x, alone, value, slope)]
    return "\n\n".join(methods)


def _newton(x: str, value: Part, slope: Part) -> str:
    lines = [
        *_assigned("value", value),
        "if -tol <= value <= tol:",
        f"    return {x}, value, steps",
        *slope.lines,
        f"{x} -= value / {slope.value}",
    ]
    return _method(
        f"newton({x}, tol, most)",
        [f"start = {x}"],
        [],
        "range(most + 1)",
        lines,
        "start, tol, most",
    )


def _bisection(x: str, value: Part) -> str:
    lines = [
        "if -tol <= positive - negative <= tol:",
        "    return negative, positive, halvings",
        f"{x} = 0.5 * negative + 0.5 * positive",
        *_assigned("value", value),
        *_side(x),
        "elif value == 0.0:",
        f"    return {x}, {x}, halvings + 1",
        "else:",
        "    break",
    ]
    ends = _ends(x, value, "lower, upper, tol")
    head = "bisection(lower, upper, tol)"
    return _method(head, [], ends, _MOST_HALVINGS, lines, "lower, upper, tol", "halvings")


def _safeguarded(x: str, alone: Part, value: Part, slope: Part) -> str:
    arguments = "lower, upper, start, tol"
    lines = [
        *_assigned("value", value),
        "if -tol <= value <= tol:",
        f"    return {x}, value, steps",
        *_side(x),
        "else:",
        "    break",
        *_assigned("slope", slope),
        f"moved = {x} - value / slope",
        "within = negative < moved < positive or positive < moved < negative",
        "if not within or abs(2.0 * value) > abs(older * slope):",
        "    moved = 0.5 * negative + 0.5 * positive",
        "older = last",
        f"last = abs(moved - {x})",
        f"{x} = moved",
    ]
    before = [
        *_ends(x, alone, arguments),
        f"{x} = start",
        f"if not (lower < {x} < upper or upper < {x} < lower):",
        f"    {x} = 0.5 * negative + 0.5 * positive",
        "older = last = abs(positive - negative)",
    ]
    return _method(f"safeguarded({arguments})", [], before, _MOST_HALVINGS, lines, arguments)


_MOST_HALVINGS: Final = "range(2200)"  # exhaust the widest bracket of floats


def _method(
    head: str,
    first: Sequence[str],
    before: Sequence[str],
    turns: str,
    lines: Sequence[str],
    arguments: str,
    counter: str = "steps",
) -> str:
    loop = [f"for {counter} in {turns}:", *(f"    {line}" for line in lines)]
    guarded = [f"    {line}" for line in [*before, *loop]]
    name = head.partition("(")[0]
    block = [
        *first,
        "try:",
        *guarded,
        "except (ArithmeticError, ValueError):",
        "    pass",
        f"return slow_{name}({arguments})",
    ]
    return f"def {head}:\n" + indent("\n".join(block), "    ")


def _assigned(name: str, part: Part) -> list[str]:
    return [*part.lines, f"{name} = {bare(part.value)}"]


def _side(x: str) -> list[str]:
    """x takes the place of the end that has its sign, where f is finite."""
    return [
        "if -inf < value < 0.0:",
        f"    negative = {x}",
        "elif 0.0 < value < inf:",
        f"    positive = {x}",
    ]


def _ends(x: str, value: Part, arguments: str) -> list[str]:
    """f at both ends; the end where it is negative first."""
    method = "slow_safeguarded" if "start" in arguments else "slow_bisection"
    return [
        f"{x} = lower",
        *_assigned("first", value),
        f"{x} = upper",
        *_assigned("second", value),
        "if -inf < first < 0.0 < second < inf:",
        "    negative, positive = lower, upper",
        "elif -inf < second < 0.0 < first < inf:",
        "    negative, positive = upper, lower",
        "else:",
        f"    return {method}({arguments})",
    ]
