"""A formula in LaTeX, of the kind that matplotlib's mathtext draws without a TeX installation."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

from engine.formula.operations import OPERATIONS
from engine.formula.tree import Apply, Array, Compare, Constant, Index, Name, Node, Number
from engine.formula.writing.latex_names import name_latex, upright
from engine.formula.writing.number_text import number_text
from engine.formula.writing.rows import rows
from engine.formula.writing.written import Level, Written, sum_of, terms_of


def latex_of(node: Node) -> str:
    r"""The node in LaTeX, without dollars around it.

    >>> x, two = Name("x_1"), Number(Fraction(2))
    >>> print(latex_of(Apply("div", (Apply("sin", (x,)), Apply("pow", (Name("beta"), two))))))
    \frac{\sin\left(x_{1}\right)}{\beta^{2}}
    """
    return _written(node).text


def _written(node: Node) -> Written:
    match node:
        case Number(value=value) | Array(shape=(), values=(value,)):
            return _number(value)
        case Constant(name="pi"):
            return _atom(r"\pi")
        case Constant(name=name):
            return _atom(name)
        case Name(name=name):
            return _atom(name_latex(name))
        case Array(shape=shape, values=values):
            return _atom(_rows(shape, values))
        case Index(base=base, where=where):
            place = _COMMA.join(map(str, where))
            return _atom(rf"{_at_least(_written(base), Level.ATOM)}\left[{place}\right]")
        case Compare(relation=relation, left=left, right=right):
            sides = f"{_written(left).text} {_RELATIONS[relation]} {_written(right).text}"
            return Written(Level.COMPARED, sides)
        case _:
            return LATEX[node.op](node)


_COMMA: Final = r",\,"
_RELATIONS: Final = {
    "<": "<",
    ">": ">",
    "<=": r"\leq",
    ">=": r"\geq",
    "==": "=",
    "!=": r"\neq",
}


def _atom(text: str) -> Written:
    return Written(Level.ATOM, text)


def _bracketed(text: str) -> str:
    return rf"\left({text}\right)"


def _at_least(written: Written, level: Level) -> str:
    if written.level >= level and not written.negative:
        return written.body
    return _bracketed(written.text)


def _number(value: Fraction) -> Written:
    text = number_text(abs(value))
    if "/" in text:
        above, _, below = text.partition("/")
        return Written(Level.POWER, rf"\frac{{{above}}}{{{below}}}", value < 0)
    if "e" not in text:
        return Written(Level.ATOM, text, value < 0)
    digits, _, exponent = text.partition("e")
    head = "" if digits == "1" else rf"{digits} \cdot "
    return Written(Level.PRODUCT, f"{head}10^{{{exponent}}}", value < 0)


def _rows(shape: tuple[int, ...], values: tuple[Fraction, ...]) -> str:
    numbers = [_number(each).text for each in values]
    return rows(shape, numbers, _COMMA, r"\left[{}\right]")


def _call(node: Apply) -> Written:
    args = [_written(each).text for each in node.args]
    if node.dim is not None:
        args.append(rf"\mathrm{{dim}}={node.dim}")
    name = _FUNCTIONS.get(node.op, upright(node.op))
    return _atom(name + _bracketed(_COMMA.join(args)))


def _call_of_first(node: Apply) -> Written:
    return _call(Apply(node.op, node.args[:1]))  # the second argument says only to what shape


def _around(left: str, right: str) -> Callable[[Apply], Written]:
    """Signs on both sides, where there is no dim that would need a place."""

    def written(node: Apply) -> Written:
        if node.dim is not None:
            return _call(node)
        return _atom(f"{left}{_written(node.args[0]).text}{right}")

    return written


def _sum(node: Apply) -> Written:
    left, right = map(_written, node.args)
    if node.op == "add":
        return sum_of(terms_of(left) + terms_of(right))
    return sum_of((*terms_of(left), (True, _at_least(right, Level.QUOTIENT))))


def _negative(node: Apply) -> Written:
    inner = _written(node.args[0])
    if inner.negative or inner.level < Level.QUOTIENT:
        return Written(Level.PRODUCT, _bracketed(inner.text), negative=True)
    return replace(inner, negative=True)


def _product(node: Apply) -> Written:
    return _times(*map(_written, node.args))


def _times(left: Written, right: Written) -> Written:
    head = _factors(replace(left, negative=False) if left.level > Level.SUM else left)
    factors = head + _factors(right)
    text = factors[0]
    for before, factor in pairwise(factors):
        text += _between(before, factor) + factor
    return Written(Level.PRODUCT, text, left.negative, factors)


def _factors(written: Written) -> tuple[str, ...]:
    if written.negative or written.level < Level.PRODUCT:
        return (_bracketed(written.text),)
    return written.factors or (written.body,)


def _between(before: str, factor: str) -> str:
    """A thin space, or a dot where that could be read as a number or as a call."""
    called = factor.startswith(r"\left(") and not re.fullmatch(r"[\d.]+", before)
    fractions = factor.startswith(r"\frac") and before[-1] in "0123456789}"
    return r" \cdot " if factor[0].isdecimal() or called or fractions else r"\,"


def _quotient(node: Apply) -> Written:
    above, below = map(_written, node.args)
    return Written(Level.POWER, rf"\frac{{{above.body}}}{{{below.text}}}", above.negative)


def _matmul(node: Apply) -> Written:
    left, right = node.args
    chain = isinstance(left, Apply) and left.op == "matmul"
    above = _written(left)
    text = above.body if chain and not above.negative else _at_least(above, Level.POWER)
    return Written(Level.QUOTIENT, rf"{text}\,@\,{_at_least(_written(right), Level.POWER)}")


def _raised(base: Node, exponent: str) -> Written:
    return Written(Level.POWER, f"{_at_least(_written(base), Level.ATOM)}^{{{exponent}}}")


def _power(node: Apply) -> Written:
    return _raised(node.args[0], _written(node.args[1]).text)


def _exponential(node: Apply) -> Written:
    return Written(Level.POWER, f"e^{{{_written(node.args[0]).text}}}")


def _transposed(node: Apply) -> Written:
    return _raised(node.args[0], r"\top")


def _outer(node: Apply) -> Written:
    return _matmul(Apply("matmul", (node.args[0], Apply("transpose", node.args[1:]))))


def _first(node: Apply) -> Written:
    return _written(node.args[0])  # broadcasting is understood


def _placed(node: Apply) -> Written:
    value, at = node.args
    place = _COMMA.join(map(str, at.where)) if isinstance(at, Index) else ""
    at_one = _atom(rf"\delta_{{{place}}}")
    return at_one if value == Number(Fraction(1)) else _times(_written(value), at_one)


_FUNCTIONS: Final = {
    **{name: f"\\{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "log")},
    **{name: f"\\{name}" for name in ("max", "min")},
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "log2": r"\log_{2}",
    "log10": r"\log_{10}",
    "unlike": r"\Sigma",
    "others": r"\prod_{j\neq i}",
}

LATEX: Final[dict[str, Callable[[Apply], Written]]] = {
    **{name: _call for name, each in OPERATIONS.items() if each.written},
    "exp": _exponential,
    "sqrt": _around(r"\sqrt{", "}"),
    "rsqrt": _around(r"\frac{1}{\sqrt{", "}}"),
    "abs": _around(r"\left|", r"\right|"),
    "norm": _around(r"\left\|", r"\right\|"),
    "floor": _around(r"\left\lfloor ", r"\right\rfloor "),
    "ceil": _around(r"\left\lceil ", r"\right\rceil "),
    "matmul": _matmul,
    "neg": _negative,
    "add": _sum,
    "sub": _sum,
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "zeroed": _first,
    "transpose": _transposed,
    "outer": _outer,
    "like": _first,
    "unlike": _call_of_first,
    "along": _first,
    "placed": _placed,
    "count": lambda node: _atom("n"),
    "others": _call,
}
