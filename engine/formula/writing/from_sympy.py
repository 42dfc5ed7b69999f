"""Formulas of numbers back from sympy, in a teacher's order."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

import sympy

from engine.formula.tree import Apply, Compare, Constant, Name, Node, Number
from engine.formula.writing.sympy_operations import RELATIONS, Expr, NoExpression


def from_sympy(expr: Expr) -> Node | None:
    """An expression as a node, as a teacher would write it; None where we have no such operation.

    Terms by falling degree, a positive one in front; in a product the number, the names, sums and
    then functions; negative powers below a fraction line, halves as sqrt.

    >>> from engine.formula.writing.text import text_of
    >>> x, y = sympy.symbols("x y", real=True)
    >>> text_of(from_sympy(3 * y + 4 * x - x**2 / y + 1 / sympy.sqrt(2)))
    '4x - x²/y + 3y + sqrt(2)/2'
    """
    try:
        return _node(expr)
    except NoExpression:
        return None


def _node(expr: Expr) -> Node:
    if expr.is_Rational:
        return Number(Fraction(expr.p, expr.q))
    if expr in _CONSTANTS:
        return Constant(_CONSTANTS[expr])
    if expr.is_Symbol:
        return Name(expr.name)
    if expr.is_Add:
        return _sum(expr)
    if expr.is_Mul or expr.is_Pow:
        return _product(expr)
    if expr.is_Piecewise:
        return _pieces(list(expr.args))
    name = type(expr).__name__
    if name == "where" and type(expr.args[0]).__name__ in _CLOSED_SIGNS:
        return _where(expr)
    if name in _BACK:
        return _BACK[name](*map(_node, expr.args))
    raise NoExpression


def _number(value: int | Fraction) -> Number:
    return Number(Fraction(value))


def _sum(expr: Expr) -> Node:
    names = sorted(each.name for each in expr.free_symbols)
    terms = sorted(expr.args, key=lambda term: _place(term, names))
    first = next((term for term in terms if not _is_negative(term)), terms[0])
    terms.remove(first)
    found = _node(first)
    for term in terms:
        op = "sub" if _is_negative(term) else "add"
        found = Apply(op, (found, _node(-term if op == "sub" else term)))
    return found


def _is_negative(term: Expr) -> bool:
    return bool(term.as_coeff_Mul()[0] < 0)


def _place(term: Expr, names: list[str]) -> tuple[object, ...]:
    """By falling degree; x² before xy before y²; what is no polynomial after x, before numbers."""
    powers = term.as_powers_dict()
    degrees = [float(_degree(powers.get(sympy.Symbol(name, real=True), 0))) for name in names]
    other = any(not base.is_Number and not base.is_Symbol for base in powers)
    degree = 0.5 if other else sum(degrees)
    return -degree, [-each for each in degrees], str(term)


def _degree(power: Expr) -> Expr:
    return power if power == 0 or power.is_Rational else 0


def _product(expr: Expr) -> Node:
    coefficient, rest = expr.as_coeff_Mul()
    if not coefficient.is_Rational:
        raise NoExpression
    above: list[Expr] = []
    below: list[Expr] = []
    for factor in sympy.Mul.make_args(rest):
        base, exponent = factor.as_base_exp()
        if factor.is_Pow and exponent.is_Rational and exponent < 0:
            below.append(sympy.Pow(base, -exponent))
        else:
            above.append(factor)
    top = _times(abs(coefficient.p), above)
    found = top if coefficient.q == 1 and not below else _over(top, _times(coefficient.q, below))
    return Apply("neg", (found,)) if coefficient < 0 else found


def _over(top: Node, bottom: Node) -> Node:
    return Apply("div", (top, bottom))


def _times(coefficient: int, factors: list[Expr]) -> Node:
    nodes = [_factor(each) for each in sorted(factors, key=_rank)]
    if coefficient != 1 or not nodes:
        nodes.insert(0, _number(coefficient))
    found, *rest = nodes
    for each in rest:
        found = Apply("mul", (found, each))
    return found


def _rank(factor: Expr) -> tuple[int, str]:
    """Constants and names, then sums, then functions."""
    base, _ = factor.as_base_exp()
    return (0 if base.is_Atom and base is not sympy.E else 1 if base.is_Add else 2), str(factor)


def _factor(expr: Expr) -> Node:
    base, exponent = expr.as_base_exp()
    if not expr.is_Pow:
        return _node(expr)
    if exponent == sympy.Rational(1, 2):
        return Apply("sqrt", (_node(base),))
    return Apply("pow", (_node(base), _node(exponent)))


def _pieces(pieces: list[Expr]) -> Node:
    (value, condition), *rest = pieces
    if condition == sympy.true:
        return _node(value)
    if not rest:
        raise NoExpression
    return _chosen(condition, _node(value), _pieces(rest))


def _where(expr: Expr) -> Node:
    condition, first, second = expr.args
    left, right = map(_node, condition.args)
    compare = Compare(_CLOSED_SIGNS[type(condition).__name__], left, right)
    return Apply("where", (compare, _node(first), _node(second)))


def _chosen(condition: Expr, first: Node, second: Node) -> Node:
    """`where` knows no and, or, not: these become one `where` in another."""
    match condition:
        case sympy.And(args=(one, *others)) if others:
            return _chosen(one, _chosen(sympy.And(*others), first, second), second)
        case sympy.Or(args=(one, *others)) if others:
            return _chosen(one, first, _chosen(sympy.Or(*others), first, second))
        case sympy.Not(args=(one,)):
            return _chosen(one, second, first)
    if condition.func not in _SIGNS:
        raise NoExpression
    left, right = map(_node, condition.args)
    return Apply("where", (Compare(_SIGNS[condition.func], left, right), first, second))


def _applied(op: str) -> Callable[..., Node]:
    return lambda *args: Apply(op, args)


def _inverse(op: str) -> Callable[..., Node]:
    return lambda *args: _over(_number(1), Apply(op, args))


def _step(x: Node, at_zero: Node = Number(Fraction(1, 2))) -> Node:  # noqa: B008 (frozen)
    zero = _number(0)
    right = Apply("where", (Compare(">", x, zero), _number(1), at_zero))
    return Apply("where", (Compare("<", x, zero), zero, right))


_CONSTANTS: Final = {sympy.pi: "pi", sympy.E: "e"}
_CLOSED_SIGNS: Final = {name: sign for sign, name in RELATIONS.items()}
_SIGNS: Final = {
    sympy.Lt: "<",
    sympy.Le: "<=",
    sympy.Gt: ">",
    sympy.Ge: ">=",
    sympy.Eq: "==",
    sympy.Ne: "!=",
}
_SAME_NAME: Final = (
    "sin cos tan asin acos atan sinh cosh tanh exp log sign erf floor ceil relu gelu silu sigmoid "
    "softplus leaky_relu elu clamp max min abs"
)
_BACK: Final[dict[str, Callable[..., Node]]] = {
    **{name: _applied(name) for name in _SAME_NAME.split()},
    "Abs": _applied("abs"),
    "Max": _applied("max"),
    "Min": _applied("min"),
    "ceiling": _applied("ceil"),
    "cot": _inverse("tan"),
    "sec": _inverse("cos"),
    "csc": _inverse("sin"),
    "coth": _inverse("tanh"),
    "sech": _inverse("cosh"),
    "csch": _inverse("sinh"),
    "Heaviside": _step,
}
