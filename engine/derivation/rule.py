"""What a rule of differentiation is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.formula.shapes import Sizes
from engine.formula.tree import Apply, Node

Local = Callable[[Apply, int, Sizes], Node]
Pull = Callable[[Node, Apply, int, Sizes], Node]


@dataclass(frozen=True, slots=True)
class Rule:
    """How an operation is differentiated by its argument number `place`.

    `local(node, place, sizes)` is ∂node/∂argument where each element of the argument has one
    derivative; `pull(g, node, place, sizes)` makes of g = ∂f/∂node what belongs to ∂f/∂argument.
    Without a `pull` it is g · local, summed to the shape of the argument. g may be smaller than
    the node: it is understood to be repeated to its shape, and so is what `pull` returns.
    """

    key: str  # of its words
    local: Local | None = None
    pull: Pull | None = None


def of_one(key: str, derivative: Callable[[Node], Node]) -> Rule:
    """The rule of a function of one number."""
    return Rule(key, lambda node, place, sizes: derivative(node.args[0]))
