"""The root finders for one formula, generated: its code stands inside of their loops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from engine.formula.tree import Formula, Node
from engine.formula.writing.loops import loops_source
from engine.formula.writing.source import compiled, python_source
from engine.roots.bisection import halve
from engine.roots.newton import descend
from engine.roots.safeguarded import enclose

Found = tuple[float, float, int]


@dataclass(frozen=True, slots=True)
class Generated:
    """The bare loops of `descend`, `halve` and `enclose` for one formula, on floats.

    `newton(x, tol, most)` and `safeguarded(lower, upper, x, tol)` give x, f(x) and the steps,
    `bisection(lower, upper, tol)` gives the end where f < 0, the other, and the halvings: the
    same numbers as those loops with the same f and f'.
    """

    newton: Callable[[float, float, int], Found]
    bisection: Callable[[float, float, float], Found]
    safeguarded: Callable[[float, float, float, float], Found]


def generated(formula: Formula, derivative: Node) -> Generated:
    """The root finders of a formula of one input; f' is the derivative.

    Raises:
        NotScalar: the formula is of vectors or matrices.

    >>> from engine.formula.request import read_formula
    >>> from engine.derivation import derivative
    >>> formula = read_formula("x^2 - 4")
    >>> solvers = generated(formula, derivative(formula, "x", {}))
    >>> solvers.newton(2.5, 1e-5, 50)[2], solvers.bisection(0.0, 3.0, 0.5)
    (3, (1.875, 2.25, 3))
    """
    functions = compiled(python_source(formula, derivative))
    f, df = functions["f"], functions["df"]

    def slow_newton(start: float, tol: float, most: int) -> Found:
        return descend(f, df, start, tol, most)

    def slow_bisection(lower: float, upper: float, tol: float) -> Found:
        return cast(Found, halve(f, lower, upper, tol))

    def slow_safeguarded(lower: float, upper: float, start: float, tol: float) -> Found:
        return enclose(f, df, lower, upper, start, tol)[:3]

    slow = {each.__name__: each for each in (slow_newton, slow_bisection, slow_safeguarded)}
    found = compiled(loops_source(formula, derivative), slow)
    return Generated(*(found[name] for name in Generated.__slots__))  # type: ignore[arg-type]
