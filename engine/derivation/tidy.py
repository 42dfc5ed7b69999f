"""Nodes made tidy as they are made: no factor 1, no summand 0, one number in front.

Nothing else is simplified, and terms stay in the order in which they came, but for single
letters in a product.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final, TypeGuard

from engine.formula.tree import Apply, Name, Node, Number

ZERO: Final = Number(Fraction(0))
ONE: Final = Number(Fraction(1))
TWO: Final = Number(Fraction(2))
HALF: Final = Number(Fraction(1, 2))


def apply(op: str, *args: Node, dim: int | None = None) -> Apply:
    """The operation on its arguments, as it is."""
    return Apply(op, args, dim)


def number(value: int | str | Fraction) -> Number:
    """A number, exactly."""
    return Number(Fraction(value))


def plus(left: Node, right: Node) -> Node:
    """left + right."""
    if isinstance(left, Number) and isinstance(right, Number):
        return Number(left.value + right.value)
    if left == ZERO:
        return right
    return left if right == ZERO else apply("add", left, right)


def minus(left: Node, right: Node) -> Node:
    """left - right."""
    if isinstance(right, Number):
        return plus(left, Number(-right.value))
    if left == ZERO:
        return negated(right)
    return plus(left, right.args[0]) if _is(right, "neg") else apply("sub", left, right)


def negated(node: Node) -> Node:
    """-node."""
    return scaled(Fraction(-1), node)


def times(left: Node, right: Node) -> Node:
    """left · right, the numbers of both as one in front, fractions as one.

    >>> from engine.formula.writing.text import text_of
    >>> from engine.formula.tree import Name
    >>> text_of(times(times(TWO, Name("x")), over(Number(Fraction(3)), Name("y"))))
    '6x/y'
    """
    (ours, first), (theirs, second) = _divided(left), _divided(right)
    return scaled(ours * theirs, _together(first, second))


def over(above: Node, below: Node) -> Node:
    """above / below."""
    if isinstance(below, Number) and (not below.value or not isinstance(above, Number)):
        return above if below == ONE else apply("div", above, below)
    (ours, first), (theirs, second) = _divided(above), _divided(below)
    if not theirs:
        return apply("div", above, below)
    factor = ours / theirs
    if not factor or second == ONE:
        return scaled(factor, first)
    if _is(first, "div"):
        inner, beneath = first.args
        first, second = inner, _together(beneath, second)
    top, bottom = Fraction(factor.numerator), Fraction(factor.denominator)
    return apply("div", scaled(top, first), scaled(bottom, second))


def power(base: Node, exponent: Node) -> Node:
    """base ^ exponent; whole powers of whole powers as one.

    >>> power(power(Name("x"), TWO), TWO) == power(Name("x"), number(4))
    True
    """
    if exponent == ZERO:
        return ONE
    if _is_whole(exponent) and _is(base, "pow") and _is_whole(base.args[1]):
        return power(base.args[0], Number(base.args[1].value * exponent.value))
    return base if exponent == ONE else apply("pow", base, exponent)


def scaled(factor: Fraction, node: Node) -> Node:
    """factor · node."""
    if isinstance(node, Number):
        return Number(factor * node.value)
    if factor == 0:
        return ZERO
    own, rest = _divided(node)
    factor *= own
    if factor == 1:
        return rest
    if _is(rest, "div"):
        return apply("div", scaled(factor, rest.args[0]), rest.args[1])
    if _is(rest, "zeroed"):
        return apply("zeroed", scaled(factor, rest.args[0]), rest.args[1])
    return apply("neg", rest) if factor == -1 else apply("mul", Number(factor), rest)


def _divided(node: Node) -> tuple[Fraction, Node]:
    """The number in front of a node, and what it stands in front of."""
    match node:
        case Number(value=value):
            return value, ONE
        case Apply(op="neg", args=(inner,)):
            own, rest = _divided(inner)
            return -own, rest
        case Apply(op="mul", args=(Number(value=value), rest)):
            return value, rest
        case Apply(op="div", args=(above, below)):
            own, rest = _divided(above)
            return own, apply("div", rest, below) if own != 1 else node
    return Fraction(1), node


def _together(left: Node, right: Node) -> Node:
    """The product of two nodes without numbers in front."""
    if left == ONE or right == ONE:
        return left if right == ONE else right
    if not _is(left, "div") and not _is(right, "div"):
        return _in_order(left, right)
    above, below = left.args if _is(left, "div") else (left, ONE)
    other, beneath = right.args if _is(right, "div") else (right, ONE)
    return apply("div", _together(above, other), times(below, beneath))


def _in_order(left: Node, right: Node) -> Node:
    """left · right; letters and their powers side by side stand as in the alphabet: xy, not yx."""
    *rest, last = [left] if not _is(left, "mul") else left.args
    letter, before = _letter(right), _letter(last)
    if letter and before and letter < before:
        return apply("mul", _in_order(rest[0], right) if rest else right, last)
    return apply("mul", left, right)


def _letter(node: Node) -> str:
    """The input that a node is, or of which it is a constant power; empty when neither."""
    base = node.args[0] if _is(node, "pow") and isinstance(node.args[1], Number) else node
    return base.name if isinstance(base, Name) else ""


def _is_whole(node: Node) -> TypeGuard[Number]:
    return isinstance(node, Number) and node.value.denominator == 1


def _is(node: Node, op: str) -> TypeGuard[Apply]:
    return isinstance(node, Apply) and node.op == op
