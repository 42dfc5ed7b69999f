"""Numbers put for the inputs of a formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.formula.reading.building import Builder
from engine.formula.reading.tokens import Token
from engine.formula.tree import Apply, Name, Node, Number, children, with_children


@dataclass(frozen=True, slots=True)
class Substitution:
    """Puts `values` for inputs, and makes each node as the reader makes it; `at` is to blame."""

    values: Mapping[str, Fraction]
    at: Token

    def into(self, node: Node) -> Node:
        """The node with numbers in it; raises `Mistake` where a power becomes too large."""
        return self._into(node, Builder())

    def _into(self, node: Node, build: Builder) -> Node:
        below = [self._into(child, build) for child in children(node)]
        match node:
            case Name(name) if name in self.values:
                return Number(self.values[name])
            case Apply("pow"):
                return build.power(below[0], below[1], self.at, self.at.end)
            case Apply("neg"):
                return build.apply("neg", *below, at=self.at)
        return with_children(node, below)
