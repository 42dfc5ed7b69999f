"""A derivative in its shortest form, as far as sympy finds one in a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import comb
from typing import Any, Final

import sympy
from sympy.core.cache import clear_cache
from sympy.core.function import count_ops
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from engine.formula.exact import exact
from engine.formula.tree import Apply, Array, Index, Node, Number, names_in, walk
from engine.formula.writing.from_sympy import from_sympy
from engine.formula.writing.text import text_of
from engine.formula.writing.to_sympy import to_sympy
from engine.witnesses.agreement import agree
from engine.witnesses.deadline import within

Expression = Any  # sympy.Expr: sympy has no types

NODES: Final = 120  # of what sympy is given
BITS: Final = 20_000  # of the largest whole number that it may have to write out
TERMS: Final = 200  # that multiplying out may make
LARGEST: Final = 1e300  # a constant it may have to compute
DEGREE: Final = 20
OPERATIONS: Final = 15  # of what the rules of sin and cos are tried on: they take 20 ms
POINTS: Final = 8


def simplified(derivative: Node, names: Sequence[str], cpu_s: float) -> str:
    """The shortest form found within `cpu_s`, as text; "" where none is shorter than it stands.

    Tried: the derivative as sympy reads it, multiplied out, over one denominator, in factors.
    Whatever comes of it must agree with `derivative` at eight random points to 20 digits.

    >>> from engine.formula.request import read_formula
    >>> simplified(read_formula("f(x) = 2x + 2(x + 1)").body, ["x"], 1.0)
    '4x + 2'
    """
    if not _fits(derivative):
        return ""
    found: list[Node] = []
    if within(cpu_s, partial(_collect, derivative, found)) is None:
        clear_cache()  # it may hold what was being worked out
    return _shortest(found, derivative, names)


def _shortest(found: list[Node], derivative: Node, names: Sequence[str]) -> str:
    plain = text_of(derivative)
    texts = {text: node for node in found if len(text := text_of(node)) < len(plain)}
    for text in sorted(texts, key=len):
        if agree(derivative, texts[text], names, POINTS):
            return text
    return ""


def _collect(derivative: Node, found: list[Node]) -> bool:
    """Every form there is time for: what was found stays found when time is up."""
    try:
        start = to_sympy(derivative)
        for expression in () if start is None else _forms(start):
            node = from_sympy(expression)
            if node is not None:
                found.append(node)
    except Exception:  # sympy fails in many ways on odd expressions; a form less is no loss
        pass
    return True


def _forms(start: Expression) -> Iterator[Expression]:
    yield start
    if degree(start) > DEGREE:
        return
    if terms(start) <= TERMS:
        yield sympy.expand(start)
        yield from _each(start, sympy.together, sympy.factor, sympy.cancel)
    if len(start.atoms(TrigonometricFunction)) > 1 and count_ops(start) <= OPERATIONS:
        yield sympy.trigsimp(start)


def _each(start: Expression, *rules: Callable[[Expression], Expression]) -> Iterator[Expression]:
    for rule in rules:
        try:
            yield rule(start)
        except (sympy.PolynomialError, NotImplementedError, ValueError):
            continue  # not a rational function of anything


def degree(expression: Expression) -> int:
    """The largest whole exponent in an expression."""
    powers = (power.exp for power in expression.atoms(sympy.Pow))
    return max((abs(int(each)) for each in powers if each.is_Integer), default=1)


def terms(expression: Expression) -> int:
    """How many terms an expression has at most when it is multiplied out.

    >>> x, y = sympy.symbols("x y")
    >>> terms((x + y) ** 900), terms(x * (x + 1) + y)
    (901, 3)
    """
    if expression.is_Add:
        return sum(map(terms, expression.args))
    if expression.is_Pow and expression.exp.is_Integer:
        many = terms(expression.base)
        return comb(many + abs(int(expression.exp)) - 1, many - 1)
    if expression.is_Mul:
        product = 1
        for each in expression.args:
            product *= min(terms(each), 10 * TERMS)
        return product
    return 1


def _fits(node: Node) -> bool:
    """Whether sympy can be given it: numbers alone, of a size that it can write out."""
    parts = list(walk(node))
    if len(parts) > NODES or any(isinstance(each, Array | Index) for each in parts):
        return False
    applied = [each for each in parts if isinstance(each, Apply)]
    constants = (exact(each, {}) for each in applied if not names_in(each))
    return all(abs(each) <= LARGEST for each in constants) and bits(node) <= BITS


def bits(node: Node) -> int:
    """How long the whole numbers are that sympy may write out for a node, in bits.

    >>> from fractions import Fraction
    >>> bits(Number(Fraction(7))), bits(Apply("pow", (Number(Fraction(7)), Number(Fraction(99)))))
    (4, 396)
    """
    match node:
        case Number(value=value):
            return int(value.numerator).bit_length() + int(value.denominator).bit_length()
        case Apply(op="pow", args=(base, exponent)) if not names_in(exponent):
            return bits(base) * max(1, int(min(abs(exact(exponent, {})), BITS)))
        case Apply(args=args):
            return sum(map(bits, args))
    return 1
