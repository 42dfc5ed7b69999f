"""A formula as a teacher writes it: `x² + xy + (x + y)²`, in plain Unicode."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

from engine.formula.operations import CONSTANTS, OPERATIONS
from engine.formula.reading.calls import MODULES, function_names
from engine.formula.tree import Apply, Array, Compare, Constant, Index, Name, Node, Number, names_in
from engine.formula.writing.number_text import number_text
from engine.formula.writing.rows import rows
from engine.formula.writing.written import Level, Written, sum_of, terms_of


def text_of(node: Node) -> str:
    """The node on one line, with the fewest brackets that leave one reading.

    What a student may write reads back as a formula of the same value. Sums and products are
    written without the brackets that do not matter: a + (b + c) as `a + b + c`, (-a)b as `-ab`.

    >>> x, y, two = Name("x"), Name("y"), Number(Fraction(2))
    >>> square = Apply("pow", (Apply("add", (x, y)), two))
    >>> text_of(Apply("add", (Apply("mul", (x, y)), square)))
    'xy + (x + y)²'
    >>> text_of(Apply("div", (Number(Fraction(1)), Apply("mul", (two, x)))))
    '1/(2x)'
    """
    return _Writer(_RESERVED.union(names_in(node))).write(node).text


_RESERVED: Final = frozenset({*CONSTANTS, *MODULES, *function_names()})
_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_RAISED: Final = "[⁻⁰¹²³⁴⁵⁶⁷⁸⁹ᵀ]*"
_COEFFICIENT: Final = re.compile(r"(?!0)[\d.]+|0\.\d+|\(\d+/\d+\)")
_AFTER_COEFFICIENT: Final = re.compile(rf"\(|(?![eE]\d)[^\W\d]\w*(\[[^()]*\])?{_RAISED}(\^.+)?$")
_LETTER: Final = re.compile(rf"([^\W\d_]){_RAISED}")
_LAST_LETTER: Final = re.compile(rf"([^\W\d_]){_RAISED}(\^.+)?")


def _atom(text: str) -> Written:
    return Written(Level.ATOM, text)


def _number(value: Fraction) -> Written:
    text = number_text(abs(value))
    level = Level.QUOTIENT if "/" in text else Level.POWER if "e" in text else Level.ATOM
    return Written(level, text, negative=value < 0)


@dataclass(frozen=True, slots=True)
class _Writer:
    """`reserved`: names that letters side by side must not form by accident."""

    reserved: frozenset[str]

    def write(self, node: Node) -> Written:
        match node:
            case Number(value=value) | Array(shape=(), values=(value,)):
                return _number(value)
            case Constant(name=name) | Name(name=name):
                return _atom(name)
            case Array(shape=shape, values=values):
                return _atom(rows(shape, [*map(number_text, values)]))
            case Index(base=base, where=where):
                place = ", ".join(map(str, where))
                inner = self.write(base).at_least(Level.ATOM)
                # [1, 2][0] would be read as a product of two lists.
                return _atom(f"({inner})[{place}]" if inner[0] == "[" else f"{inner}[{place}]")
            case Compare(relation=relation, left=left, right=right):
                sides = (self.write(each).text for each in (left, right))
                return Written(Level.COMPARED, f" {relation} ".join(sides))
            case _:
                return TEXT[node.op](self, node)

    def written(self, node: Apply) -> list[Written]:
        return [self.write(each) for each in node.args]

    def call(self, node: Apply) -> Written:
        args = [each.text for each in self.written(node)]
        along = [] if node.dim is None else [f"dim={node.dim}"]
        return _atom(f"{node.op}({', '.join(args + along)})")

    def sum(self, node: Apply) -> Written:
        left, right = self.written(node)
        if node.op == "add":
            return sum_of(terms_of(left) + terms_of(right))
        return sum_of((*terms_of(left), (True, right.at_least(Level.QUOTIENT))))

    def negated(self, node: Apply) -> Written:
        (inner,) = self.written(node)
        if inner.negative or inner.level < Level.QUOTIENT:
            return Written(Level.PRODUCT, f"({inner.text})", negative=True)
        return replace(inner, negative=True)

    def product(self, node: Apply) -> Written:
        left, right = self.written(node)
        return self.times(left, right)

    def times(self, left: Written, right: Written) -> Written:
        head = _factors(replace(left, negative=False) if left.level > Level.SUM else left)
        factors = head + _factors(right)
        return Written(Level.PRODUCT, self.run(factors), left.negative, factors)

    def run(self, factors: tuple[str, ...]) -> str:
        """Factors side by side where nobody can misread that, else with dots between them."""
        text, letters = factors[0], _letters("", factors[0])
        for before, factor in pairwise(factors):
            longer = _letters(letters, factor)
            if self.adjoin(before, factor, longer):
                text, letters = text + factor, longer
            else:
                text, letters = f"{text} · {factor}", _letters("", factor)
        return text

    def adjoin(self, before: str, factor: str, letters: str) -> bool:
        if _COEFFICIENT.fullmatch(before):
            return _AFTER_COEFFICIENT.match(factor) is not None
        if not _LETTER.fullmatch(before) or not _LAST_LETTER.fullmatch(factor):
            return False
        if before[0] in CONSTANTS or factor[0] in CONSTANTS or before[0] == factor[0]:
            return False
        return not any(letters[start:] in self.reserved for start in range(len(letters) - 1))

    def quotient(self, node: Apply) -> Written:
        left, right = self.written(node)
        above = left.body if left.level >= Level.PRODUCT else f"({left.body})"
        if " · " in above and left.level is Level.PRODUCT:
            above = f"({left.body})"
        body = f"{above}/{right.at_least(Level.POWER)}"
        return Written(Level.QUOTIENT, body, left.negative)

    def matmul(self, node: Apply) -> Written:
        left, right = self.written(node)
        chain = isinstance(node.args[0], Apply) and node.args[0].op == "matmul"
        above = left.body if chain or left.level >= Level.POWER else f"({left.body})"
        body = f"{above} @ {right.at_least(Level.POWER)}"
        return Written(Level.QUOTIENT, body, left.negative)

    def power(self, node: Apply) -> Written:
        base, exponent = self.written(node)
        below = base.at_least(Level.ATOM)
        if exponent.body.isdecimal() and exponent.body.isascii():
            return Written(Level.POWER, below + exponent.text.translate(_SUPERSCRIPTS))
        above = exponent.at_least(Level.ATOM)
        return Written(Level.POWER, f"{below}^({above})" if "[" in above else f"{below}^{above}")

    def first(self, node: Apply) -> Written:
        return self.write(node.args[0])  # broadcasting is understood

    def added_up(self, node: Apply) -> Written:
        return _atom(f"Σ({self.write(node.args[0]).text})")

    def transposed(self, node: Apply) -> Written:
        return Written(Level.POWER, f"{self.write(node.args[0]).at_least(Level.ATOM)}ᵀ")

    def outer(self, node: Apply) -> Written:
        return self.matmul(Apply("matmul", (node.args[0], Apply("transpose", node.args[1:]))))

    def placed(self, node: Apply) -> Written:
        value, at = node.args
        place = ", ".join(map(str, at.where)) if isinstance(at, Index) else ""
        at_one = _atom(f"δ[{place}]")
        return at_one if value == Number(Fraction(1)) else self.times(self.write(value), at_one)

    def count(self, node: Apply) -> Written:
        return _atom("N" if "n" in self.reserved else "n")

    def others(self, node: Apply) -> Written:
        return _atom(f"∏ⱼ≠ᵢ({self.write(node.args[0]).text})")


def _factors(written: Written) -> tuple[str, ...]:
    if written.negative or written.level < Level.PRODUCT:
        return (f"({written.text})",)
    return written.factors or (written.body,)


def _letters(run: str, factor: str) -> str:
    """The letters side by side at the end; an exponent ends them."""
    if not _LAST_LETTER.fullmatch(factor):
        return ""
    return run + factor if len(factor) == 1 else ""


TEXT: Final[dict[str, Callable[[_Writer, Apply], Written]]] = {
    **{name: _Writer.call for name, each in OPERATIONS.items() if each.written},
    "matmul": _Writer.matmul,
    "neg": _Writer.negated,
    "add": _Writer.sum,
    "sub": _Writer.sum,
    "mul": _Writer.product,
    "div": _Writer.quotient,
    "pow": _Writer.power,
    "zeroed": _Writer.first,
    "transpose": _Writer.transposed,
    "outer": _Writer.outer,
    "like": _Writer.first,
    "unlike": _Writer.added_up,
    "along": _Writer.first,
    "placed": _Writer.placed,
    "count": _Writer.count,
    "others": _Writer.others,
}
