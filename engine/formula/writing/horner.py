"""Sums of powers of one input with numbers in front, in Horner's form: fewer products."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import Final

from engine.formula.tree import Apply, Name, Node, Number

MOST_TERMS: Final = 64
DEEPEST_TERM: Final = 6
LARGEST_DEGREE: Final = 64
Monomial = tuple[str, int, Fraction]  # input, degree and the number in front; "" for a number


def in_horner_form(node: Node) -> Apply | None:
    """A sum that is a polynomial, as nested products; None where it is none, or is so already.

    Only the terms of one sum are collected, nothing is multiplied out: what rounding does to the
    value stays as small as before.

    >>> from engine.formula.writing.text import text_of
    >>> x, three = Name("x"), Number(Fraction(3))
    >>> cubic = Apply("sub", (Apply("pow", (x, three)), Apply("mul", (three, x))))
    >>> text_of(in_horner_form(cubic))
    '(x² - 3) · x'
    """
    terms = list(_terms(node))
    if None in terms:
        return None
    found = [each for each in terms if each is not None]
    names = {name for name, _, _ in found if name}
    coefficients: dict[int, Fraction] = {}
    for _, degree, factor in found:
        coefficients[degree] = coefficients.get(degree, Fraction(0)) + factor
    left = {degree: factor for degree, factor in coefficients.items() if factor}
    degree = max(left, default=0)
    if len(names) != 1 or degree > LARGEST_DEGREE or degree < (2 if len(left) == len(found) else 1):
        return None
    nested = _nested(Name(names.pop()), left)
    return nested if isinstance(nested, Apply) else None


def _terms(node: Node) -> Iterator[Monomial | None]:
    """The terms of a sum with their signs; None for one that is no monomial, or one too many."""
    waiting = [(node, 1)]
    for _ in range(2 * MOST_TERMS):
        if not waiting:
            return
        each, sign = waiting.pop()
        match each:
            case Apply(op="add" | "sub" as op, args=(left, right)):
                waiting += [(right, sign if op == "add" else -sign), (left, sign)]
            case _:
                found = _monomial(each, DEEPEST_TERM)
                yield found and (found[0], found[1], sign * found[2])
    yield None


def _monomial(node: Node, depth: int) -> Monomial | None:
    match node:
        case Number(value=value):
            return "", 0, value
        case Name(name=name):
            return name, 1, Fraction(1)
        case Apply(op="pow", args=(Name(name=name), Number(value=value))):
            whole = value.denominator == 1 and 0 < value <= LARGEST_DEGREE
            return (name, value.numerator, Fraction(1)) if whole else None
        case Apply(op="neg" | "mul" | "div" as op, args=args) if depth:
            parts = [_monomial(each, depth - 1) for each in args]
            known = [each for each in parts if each is not None]
            return _combined(op, known) if len(known) == len(parts) else None
    return None


def _combined(op: str, parts: list[Monomial]) -> Monomial | None:
    (name, degree, factor), *rest = parts
    if op == "neg":
        return name, degree, -factor
    ((other, more, second),) = rest
    if op == "mul":
        both = {name, other} - {""}
        return (max(both, default=""), degree + more, factor * second) if len(both) < 2 else None
    return (name, degree, factor / second) if not other and second else None


def _nested(x: Name, coefficients: Mapping[int, Fraction]) -> Node:
    """((a·x^i + b)·x^j + c)·x^k, with i, j, k the gaps between the degrees."""
    degrees = sorted(coefficients, reverse=True)
    leading = coefficients[degrees[0]]
    start: Node | None = None if leading == 1 else Number(leading)
    gaps = [(above - below, coefficients[below]) for above, below in pairwise(degrees)]

    def step(so_far: Node | None, gap: tuple[int, Fraction]) -> Node:
        return _plus(_times(so_far, x, gap[0]), gap[1])

    nested = reduce(step, gaps, start)
    return _times(nested, x, degrees[-1]) if degrees[-1] else nested or x


def _times(node: Node | None, x: Name, degree: int) -> Node:
    power = x if degree == 1 else Apply("pow", (x, Number(Fraction(degree))))
    return power if node is None else Apply("mul", (node, power))


def _plus(node: Node, value: Fraction) -> Node:
    return Apply("add" if value > 0 else "sub", (node, Number(abs(value))))
