"""Derivatives as a picture, for those that are too wide for text: one term after another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from engine.derivation.paths import summands
from engine.derivation.tidy import ONE
from engine.formula.tree import Apply, Node, Number
from engine.formula.writing.latex import latex_of
from engine.formula.writing.latex_names import name_latex
from engine.plots.page import Page

WIDE: Final = 70  # characters of a form
SHORT: Final = 60  # LaTeX of a product that is not broken
_ONE: Final = re.compile(r"^1(\\,| \\cdot )?")


def too_wide(forms: Iterable[str]) -> bool:
    """Whether derivatives, as text, ask for a picture.

    >>> too_wide(["2x + y"]), too_wide(["x + " * 20 + "x"])
    (False, True)
    """
    return any(len(form) > WIDE for form in forms)


def draw_derivation(title: str, derivatives: Mapping[str, Node]) -> bytes:
    """A PNG of `∂title/∂name = …` for each derivative by name, 1080 pixels wide.

    A long sum is broken before its signs, a long product between its factors; what fits no line
    is written smaller, and an ellipsis stands for what would not be readable.
    """
    page = Page()
    for name, node in derivatives.items():
        page.put(_head(title, name))
        for term in _terms(node):
            page.put(*term)
        page.end()
    return page.png()


def _head(title: str, name: str) -> str:
    f, x = name_latex(title), name_latex(name)
    return rf"\dfrac{{\partial {f}}}{{\partial {x}}} ="


def _terms(derivative: Node) -> Iterator[list[str]]:
    """Each summand as its factors in LaTeX, with the sign before all but the first."""
    for place, term in enumerate(summands(_unrepeated(derivative))):
        first, *others = _factors(term)
        sign = "-" if first.startswith("-") else "+" if place else ""
        signed = rf"{sign}\;{first.removeprefix('-')}" if sign else first
        yield [_large(signed), *(rf"\cdot\,{_large(each)}" for each in others)]


def _unrepeated(node: Node) -> Node:
    return node.args[0] if isinstance(node, Apply) and node.op == "like" else node


def _factors(term: Node) -> list[str]:
    """A short product as one piece, a long one as its factors."""
    whole = latex_of(term)
    if len(whole) <= SHORT:
        return [whole]
    match term:
        case Apply(op="neg", args=(inner,)) if _multiplied(inner)[1:]:
            first, *others = _factors(inner)
            return [whole] if first.startswith("-") else [f"-{first}", *others]
        case Apply(op="mul", args=(Number() as number, rest)):
            numbered, *factors = _multiplied(rest)
            return [latex_of(Apply("mul", (number, numbered))), *map(_as_factor, factors)]
        case Apply(op="mul"):
            return [*map(_as_factor, _multiplied(term))]
    return [whole]


def _multiplied(node: Node) -> list[Node]:
    """The factors of a product."""
    match node:
        case Apply(op="mul", args=(left, right)):
            return [*_multiplied(left), *_multiplied(right)]
    return [node]


def _as_factor(node: Node) -> str:
    """In brackets where it needs them beside another."""
    return _ONE.sub("", latex_of(Apply("mul", (ONE, node))))


def _large(latex: str) -> str:
    """Fractions that stand in nothing else at full size."""
    depth, parts = 0, re.split(r"(\\frac|[{}])", latex)
    for place, part in enumerate(parts):
        depth += (part == "{") - (part == "}")
        if part == r"\frac" and not depth:
            parts[place] = r"\dfrac"
    return "".join(parts)
