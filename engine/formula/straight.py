"""Straight-line code out of a formula of numbers, for any language that has a table of templates.

What occurs twice is computed once; constants are computed beforehand; whole powers are products.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np

from engine.errors import EngineError
from engine.formula.exact import exact
from engine.formula.python_numbers import nearest_float
from engine.formula.tree import Apply, Compare, Name, Node, Number, children, walk

LARGEST_CHAIN: Final = 64  # whole powers up to this are products
DEEPEST: Final = 20  # brackets in brackets; Python's own parser stops at 200
CONSTANT_DIGITS: Final = 30


class NotScalar(EngineError):
    """The formula has vectors or matrices in it; this code computes with numbers only."""


@dataclass(frozen=True, slots=True)
class Language:
    """`templates`: `{0}`, `{1}` stand for the arguments; `assign` gives `{name}` a `{text}`.

    Every argument that a template repeats has a name, so nothing is computed twice.
    """

    templates: Mapping[str, str]
    number: Callable[[float], str]
    assign: str
    assign_condition: str


def variables(names: Sequence[str]) -> dict[str, str]:
    """What inputs are called in code: single Latin letters as they are, others by their place.

    No name of a user can so meet a keyword, a function or a macro.

    >>> variables(["x", "while", "α"])
    {'x': 'x', 'while': 'in1', 'α': 'in2'}
    """
    return {
        name: name if len(name) == 1 and name.isascii() and name.isalpha() else f"in{place}"
        for place, name in enumerate(names)
    }


def straight_line(node: Node, names: Sequence[str], language: Language) -> tuple[list[str], str]:
    """The assignments that come first, and the expression of the value.

    Raises:
        NotScalar: something in the node is a vector or a matrix, or needs one.
    """
    lowered = _Lowering().lower(node)
    writer = _Writer(language, variables(names), _uses(lowered, language.templates))
    text, _ = writer.text(lowered)
    return writer.lines, text


@dataclass(frozen=True, slots=True)
class _Literal:
    """A constant that has been computed."""

    value: float


_IDENTITIES: Final = {"sum", "mean", "prod", "logsumexp", "max", "min", "like", "unlike", "along"}
_ONES: Final = {"count", "others"}


@dataclass(frozen=True, slots=True)
class _Lowering:
    """Rewrites a node until only what templates know is left."""

    done: dict[Node, Node] = field(default_factory=dict)

    def lower(self, node: Node) -> Node:
        if node not in self.done:
            self.done[node] = self.lowered(node)
        return self.done[node]

    def lowered(self, node: Node) -> Node:
        if isinstance(node, Compare):
            return Compare(node.relation, self.lower(node.left), self.lower(node.right))
        if not any(isinstance(each, Name) for each in walk(node)):
            return _constant(node)
        if isinstance(node, Name):
            return node
        if not isinstance(node, Apply):
            raise NotScalar("Code of numbers alone was asked for, and this has an index in it.")
        if node.op in _ONES:
            return Number(Fraction(1))
        if node.op in _IDENTITIES and (len(node.args) == 1 or node.op not in ("max", "min")):
            return self.lower(node.args[0])
        return self.several(Apply(node.op, tuple(self.lower(each) for each in node.args)))

    def several(self, node: Apply) -> Node:
        match node:
            case Apply(op="pow", args=(base, Number(value=value))) if value.denominator == 1:
                return _chain(base, value.numerator, node)
            case Apply(op="clamp", args=(x, *bounds)):
                pairs = zip(("max", "min"), bounds, strict=False)
                for op, bound in pairs:
                    x = Apply(op, (x, bound))
                return x
            case Apply(op="max" | "min" as op, args=(first, *rest)):
                for each in rest:
                    first = Apply(op, (first, each))
                return first
            case Apply(op="leaky_relu", args=(x,)):
                return Apply("leaky_relu", (x, Number(Fraction(1, 100))))
            case Apply(op="elu", args=(x,)):
                return Apply("elu", (x, Number(Fraction(1))))
        return node


def _constant(node: Node) -> Node:
    if isinstance(node, Number):
        return node
    try:
        shape = np.shape(exact(node, {}))
    except (ValueError, IndexError) as error:
        raise NotScalar(f"This has no value: {error}") from error
    if shape:
        raise NotScalar("Code of numbers alone was asked for, and this has lists in it.")
    return Apply("literal", (node,))


def _chain(base: Node, exponent: int, node: Apply) -> Node:
    """x⁷ as products, squares first: x² = xx, x³ = x²x, x⁶ = x³x³, x⁷ = x⁶x."""
    if not 0 < abs(exponent) <= LARGEST_CHAIN:
        return node
    found = base
    for bit in bin(abs(exponent))[3:]:
        found = Apply("mul", (found, found))
        if bit == "1":
            found = Apply("mul", (found, base))
    return found if exponent > 0 else Apply("div", (Number(Fraction(1)), found))


def _uses(node: Node, templates: Mapping[str, str]) -> Counter[Node]:
    """How often each part would be written out."""
    uses: Counter[Node] = Counter()
    waiting, seen = [node], set[Node]()
    while waiting:
        each = waiting.pop()
        if each in seen or (isinstance(each, Apply) and each.op == "literal"):
            continue
        seen.add(each)
        for place, child in enumerate(children(each)):
            template = "{0}{1}" if isinstance(each, Compare) else _template(each, templates)
            uses[child] += template.count(f"{{{place}}}")
            waiting.append(child)
    return uses


def _template(node: Node, templates: Mapping[str, str]) -> str:
    if not isinstance(node, Apply) or node.op not in templates:
        raise NotScalar("Code of numbers alone was asked for, and this is of vectors or matrices.")
    return templates[node.op]


@dataclass(slots=True)
class _Writer:
    language: Language
    variables: Mapping[str, str]
    uses: Counter[Node]
    lines: list[str] = field(default_factory=list)
    named: dict[Node, str] = field(default_factory=dict)

    def text(self, node: Node) -> tuple[str, int]:
        """The node as an expression that nothing around it can tear apart, and its depth."""
        match node:
            case Name(name=name):
                return self.variables[name], 0
            case Number(value=value):
                return self.language.number(nearest_float(value)), 0
            case Apply(op="literal", args=(inner,)):
                return self.language.number(float(exact(inner, {}, CONSTANT_DIGITS))), 0
        if node not in self.named:
            text, depth = self.composed(node)
            if self.uses[node] < 2 and depth < DEEPEST:
                return text, depth + 1
            self.named[node] = self.assigned(node, text)
        return self.named[node], 0

    def composed(self, node: Node) -> tuple[str, int]:
        parts = [self.text(each) for each in children(node)]
        texts = [text for text, _ in parts]
        if isinstance(node, Compare):
            text = f"({texts[0]} {node.relation} {texts[1]})"
        else:
            text = _template(node, self.language.templates).format(*texts)
        return text, max(depth for _, depth in parts)

    def assigned(self, node: Node, text: str) -> str:
        name = f"t{len(self.named)}"
        language = self.language
        form = language.assign_condition if isinstance(node, Compare) else language.assign
        self.lines.append(form.format(name=name, text=text))
        return name
