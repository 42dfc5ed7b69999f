"""How large derivatives are: counted as they grow, before anything walks them."""

from __future__ import annotations

from engine.errors import EngineError
from engine.formula.limits import DERIVED_NODES
from engine.formula.tree import Node, children


class TooLong(EngineError):
    """The derivative has more nodes, or its paths more steps, than `limits` allows."""


class Weights:
    """How many nodes derivatives have, counted without walking what they share."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Node, int]] = {}
        self._spent = 0

    def of(self, node: Node) -> int:
        """The nodes of a tree."""
        if id(node) not in self._known:
            self._known[id(node)] = node, 1 + sum(map(self.of, children(node)))
        return self._known[id(node)][1]

    def check(self, node: Node) -> None:
        """Raises `TooLong` for a derivative of too many nodes."""
        if self.of(node) + self._spent > DERIVED_NODES:
            raise TooLong(f"a derivative of more than {DERIVED_NODES} nodes")

    def spend(self, node: Node) -> None:
        """Count it to the whole."""
        self.check(node)
        self._spent += self.of(node)
