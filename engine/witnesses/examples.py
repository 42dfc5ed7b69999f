"""A point for a formula that came without one: what to write behind it."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import islice, product
from typing import Final

from engine.formula.operations import OPERATIONS, Acts
from engine.formula.request import Request
from engine.formula.tree import Apply, Array, Formula, Index, Node, walk
from engine.records import Misread
from engine.witnesses.computable import first_value


def _array(*shape: int) -> Array:
    return Array(shape, tuple(Fraction(n + 1) for n in range(math.prod(shape))))


NUMBER: Final = (Array((), (Fraction(2),)), "2")
VECTORS: Final = ((_array(3), "[1, 2, 3]"), (_array(2), "[1, 2]"))
MATRIX: Final = (_array(2, 2), "[[1, 2], [3, 4]]")
TRIES_MOST: Final = 100


def of_numbers(formula: Formula) -> bool:
    """Whether a formula means the same for numbers and for every element of a tensor.

    >>> from engine.formula.request import read_formula
    >>> of_numbers(read_formula("x^2 + sin(x)")), of_numbers(read_formula("sum(x)"))
    (True, False)
    """
    return not any(map(_needs_shapes, walk(formula.body)))


def _needs_shapes(node: Node) -> bool:
    match node:
        case Index():
            return True
        case Array(shape=shape):
            return bool(shape)
        case Apply(op="max" | "min", args=(_,)):
            return True
        case Apply(op=op):
            return OPERATIONS[op].acts is not Acts.EACH
    return False


def example_point(request: Request) -> str:
    """A point that the formula can be computed at: `x=2, y=2`; what was given is kept.

    >>> from engine.formula.request import read_request
    >>> example_point(read_request("x^2 + y")), example_point(read_request("dot(w, x) + b"))
    ('x=2, y=2', 'w=[1, 2, 3], x=[1, 2, 3], b=2')
    """
    formula = request.formula
    choices = [NUMBER] if of_numbers(formula) else [*VECTORS, NUMBER, MATRIX]
    missing = request.missing
    for chosen in islice(product(choices, repeat=len(missing)), TRIES_MOST):
        point = {**request.point}
        point |= {name: array for name, (array, _) in zip(missing, chosen, strict=True)}
        value = first_value(formula, point)
        if not isinstance(value, Misread) and (not value.dim() or of_numbers(formula)):
            return ", ".join(
                f"{name}={text}" for name, (_, text) in zip(missing, chosen, strict=True)
            )
    return ", ".join(f"{name}=2" for name in missing)
