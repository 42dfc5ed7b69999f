"""Straight-line code out of a formula of numbers, for any language that has a table of templates.

What occurs twice is computed once; constants are computed beforehand; whole powers are products;
polynomials are in Horner's form.
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
from engine.formula.tree import Apply, Compare, Name, Node, Number, children
from engine.formula.writing.horner import in_horner_form
from engine.formula.writing.python_numbers import nearest_float

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


@dataclass(frozen=True, slots=True)
class Part:
    """One of several values: the assignments that come before it, and its expression."""

    lines: tuple[str, ...]
    value: str


def straight_line(
    nodes: Sequence[Node], names: Sequence[str], language: Language
) -> tuple[Part, ...]:
    """Code of each node; what an earlier part has assigned, the later ones use.

    A function and its derivative so compute once what they share, and the derivative can be left
    out where the value alone says that it is not needed.

    Raises:
        NotScalar: something in a node is a vector or a matrix, or needs one.
    """
    roots = lowered(nodes)
    writer = _Writer(language, variables(names), _uses(roots, language.templates))
    return tuple(writer.part(node) for node in roots)


def lowered(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The nodes in terms of the operations that templates know; equal parts are one object.

    Raises:
        NotScalar: something in a node has no value as a number.
    """
    lowering = _Lowering()
    return tuple(lowering.lower(node) for node in nodes)


def constant_of(node: Node) -> float | None:
    """The value of a lowered node without inputs; None for all others."""
    match node:
        case Number(value=value):
            return nearest_float(value)
        case Apply(op="literal", args=(inner,)):
            return _constant(inner)
    return None


_IDENTITIES: Final = {"sum", "mean", "prod", "logsumexp", "max", "min", "like", "unlike", "along"}
_ONES: Final = {"count", "others"}


@dataclass(frozen=True, slots=True)
class _Lowering:
    """Rewrites a node until only what templates know is left; equal parts become one object.

    Everything is remembered by identity: a derivative shares parts, and is far longer written out.
    """

    done: dict[int, Node] = field(default_factory=dict)
    known: dict[tuple[object, ...], Node] = field(default_factory=dict)
    has_input: dict[int, bool] = field(default_factory=dict)
    made: list[Node] = field(default_factory=list)  # kept, so that no other gets their identity

    def lower(self, node: Node) -> Node:
        if id(node) not in self.done:
            self.done[id(node)] = self.lowered(node)
        return self.done[id(node)]

    def lowered(self, node: Node) -> Node:
        match node:
            case Compare(relation=relation, left=left, right=right):
                sides = self.lower(left), self.lower(right)
                return self.one((relation, *map(id, sides)), Compare(relation, *sides))
            case Name() | Number():
                return self.one((node,), node)
        if not self.varies(node):
            value = _constant(node)
            return self.one(("literal", repr(value)), Apply("literal", (node,)))
        if not isinstance(node, Apply):
            raise NotScalar("Code of numbers alone was asked for, and this has an index in it.")
        if node.op in _ONES:
            return self.lower(_ONE)
        if node.op in _IDENTITIES and (len(node.args) == 1 or node.op not in ("max", "min")):
            return self.lower(node.args[0])
        if node.op in ("add", "sub") and (polynomial := in_horner_form(node)) is not None:
            self.made.append(polynomial)
            node = polynomial
        return self.several(node.op, [self.lower(each) for each in node.args])

    def varies(self, node: Node) -> bool:
        if id(node) not in self.has_input:
            below = any(self.varies(each) for each in children(node))
            self.has_input[id(node)] = below or isinstance(node, Name)
        return self.has_input[id(node)]

    def one(self, key: tuple[object, ...], node: Node) -> Node:
        return self.known.setdefault(key, node)

    def apply(self, op: str, *args: Node) -> Node:
        return self.one((op, *map(id, args)), Apply(op, args))

    def several(self, op: str, args: list[Node]) -> Node:
        match op, args:
            case "pow", [base, Number(value=value)] if value.denominator == 1:
                if 0 < abs(value) <= LARGEST_CHAIN:
                    return self.chain(base, value.numerator)
            case "clamp", [x, *bounds]:
                for bound, least in zip(bounds, ("max", "min"), strict=False):
                    x = self.apply(least, x, bound)
                return x
            case "max" | "min", [first, *rest]:
                for each in rest:
                    first = self.apply(op, first, each)
                return first
            case (("leaky_relu" | "elu"), [x]):
                return self.apply(op, x, self.lower(_DEFAULTS[op]))
        return self.apply(op, *args)

    def chain(self, base: Node, exponent: int) -> Node:
        """x⁷ as products, squares first: x² = xx, x³ = x²x, x⁶ = x³x³, x⁷ = x⁶x."""
        found = base
        for bit in bin(abs(exponent))[3:]:
            found = self.apply("mul", found, found)
            if bit == "1":
                found = self.apply("mul", found, base)
        return found if exponent > 0 else self.apply("div", self.lower(_ONE), found)


_ONE: Final = Number(Fraction(1))
_DEFAULTS: Final = {"leaky_relu": Number(Fraction(1, 100)), "elu": _ONE}


def _constant(node: Node) -> float:
    try:
        value = exact(node, {}, CONSTANT_DIGITS)
    except (ValueError, IndexError) as error:
        raise NotScalar(f"This has no value: {error}") from error
    if np.shape(value):
        raise NotScalar("Code of numbers alone was asked for, and this has lists in it.")
    return float(value)


def _uses(nodes: Sequence[Node], templates: Mapping[str, str]) -> Counter[int]:
    """How often each part would be written out, by identity."""
    uses = Counter(map(id, nodes))
    waiting, seen = [*nodes], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) in seen or (isinstance(each, Apply) and each.op == "literal"):
            continue
        seen.add(id(each))
        for place, child in enumerate(children(each)):
            template = "{0}{1}" if isinstance(each, Compare) else _template(each, templates)
            uses[id(child)] += template.count(f"{{{place}}}")
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
    uses: Counter[int]
    lines: list[str] = field(default_factory=list)
    named: dict[int, str] = field(default_factory=dict)

    def part(self, node: Node) -> Part:
        text, _ = self.text(node)
        lines, self.lines = tuple(self.lines), []
        return Part(lines, text)

    def text(self, node: Node) -> tuple[str, int]:
        """The node as an expression that nothing around it can tear apart, and its depth."""
        if isinstance(node, Name):
            return self.variables[node.name], 0
        if (value := constant_of(node)) is not None:
            return self.language.number(value), 0
        if id(node) not in self.named:
            text, depth = self.composed(node)
            if self.uses[id(node)] < 2 and depth < DEEPEST:
                return text, depth + 1
            self.named[id(node)] = self.assigned(node, text)
        return self.named[id(node)], 0

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
