"""Formulas of numbers to sympy, to have them simplified.

Activations, max, min, where, floor and ceil stay closed functions there: sympy neither opens nor
evaluates them, so that nothing it does takes long over them or goes past a kink.
"""

from __future__ import annotations

from typing import Final

import sympy
from mpmath import mpf

from engine.formula.exact import parts_of
from engine.formula.tree import (
    Apply,
    Array,
    Compare,
    Constant,
    Name,
    Node,
    Number,
    children,
    names_in,
)
from engine.formula.writing.sympy_operations import RELATIONS, SYMPY, Expr, NoExpression, closed

LARGEST_CONSTANT: Final = 10**50  # sympy may have to evaluate it, and e^e^e^e^3 would take for ever
_UNREAL: Final = (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I)


def to_sympy(node: Node) -> Expr | None:
    """The node as an expression of real symbols; None where it is not of numbers alone.

    Where the node is finite, the expression has the same value; beyond (x/x at 0, exp(log(x))
    left of 0) sympy may have a value where the node has none. None also for constants beyond 10^±50
    and where sympy would have to write out a number of more than 10,000 bits.

    >>> to_sympy(Apply("mul", (Name("x"), Apply("sqrt", (Name("y"),)))))
    x*sqrt(y)
    """
    try:
        if not _moderate(node):
            return None
        found = _expression(node)
    except NoExpression:
        return None
    return None if found.has(*_UNREAL) else found


def _moderate(node: Node) -> bool:
    """Whether every constant in it, and every part of one, is a number of ordinary size."""
    if names_in(node):
        return all(_moderate(each) for each in children(node))
    try:
        values = parts_of(node, {}, 20).values()
    except (ValueError, IndexError):
        return False
    return all(
        not isinstance(each, mpf)
        or each == 0
        or 1 < abs(each) * LARGEST_CONSTANT < LARGEST_CONSTANT**2
        for each in values
    )


def _expression(node: Node) -> Expr:
    match node:
        case Number(value=value) | Array(shape=(), values=(value,)):
            return sympy.Rational(value.numerator, value.denominator)
        case Constant(name=name):
            return sympy.pi if name == "pi" else sympy.E
        case Name(name=name):
            return sympy.Symbol(name, real=True)
        case Compare(relation=relation, left=left, right=right):
            return closed(RELATIONS[relation])(_expression(left), _expression(right))
        case Apply(op=op, args=args) if op in SYMPY:
            return SYMPY[op](*map(_expression, args))
    raise NoExpression
