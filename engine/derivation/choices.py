"""Operations that choose one of their arguments, differentiated; ties are shared, as in torch."""

from __future__ import annotations

from typing import Final

from engine.derivation.reductions import spread
from engine.derivation.rule import Rule
from engine.derivation.tidy import HALF, ONE, ZERO, apply, over, times
from engine.formula.shapes import Sizes
from engine.formula.tree import Apply, Compare, Node


def chosen(relation: str, left: Node, right: Node) -> Node:
    """1 where the relation holds, 0 elsewhere."""
    return apply("where", Compare(relation, left, right), ONE, ZERO)


def _extreme(node: Apply, place: int, sizes: Sizes) -> Node:
    """max(u, v, w) is max(max(u, v), w); two equal ones get one half each."""
    if len(node.args) == 1:
        return _of_elements(node, sizes)
    sign = ">" if node.op == "max" else "<"
    slope: Node = ONE
    best = node.args[0]
    for number, other in enumerate(node.args[1:], 1):
        if number == place:
            slope = _wins(sign, other, best)
        elif number > place:
            slope = times(slope, _wins(sign, best, other))
        best = apply(node.op, best, other)
    return slope


def _wins(sign: str, one: Node, other: Node) -> Node:
    shared = apply("where", Compare("==", one, other), HALF, ZERO)
    return apply("where", Compare(sign, one, other), ONE, shared)


def _of_elements(node: Apply, sizes: Sizes) -> Node:
    """1 at the largest element, 1/n at each of n equal ones."""
    (x,) = node.args
    if not sizes.of(x):
        return ONE
    at = chosen("==", x, spread(node, node, sizes))
    return over(at, spread(apply("sum", at, dim=node.dim), node, sizes))


def _pull_extreme(g: Node, node: Apply, place: int, sizes: Sizes) -> Node:
    return times(spread(g, node, sizes), _of_elements(node, sizes))


def _clamp(node: Apply, place: int, sizes: Sizes) -> Node:
    u, least, *most = node.args
    if not most:
        return chosen(">=", u, least) if place == 0 else chosen("<", u, least)
    (largest,) = most
    if place == 0:
        inside = chosen("<=", u, largest)
        return apply("where", Compare(">=", u, least), inside, ZERO)
    if place == 1:
        below = chosen("<", u, least)
        return apply("where", Compare("<", least, largest), below, ZERO)
    return apply("where", Compare("<", largest, least), ONE, chosen(">", u, largest))


def _where(node: Apply, place: int, sizes: Sizes) -> Node:
    branch = (ONE, ZERO) if place == 1 else (ZERO, ONE)
    return apply("where", node.args[0], *branch)


def _zeroed(node: Apply, place: int, sizes: Sizes) -> Node:
    return apply("zeroed", ONE, node.args[1]) if place == 0 else ZERO


CHOICES: Final[dict[str, Rule]] = {
    "max": Rule("rule.max", _extreme),
    "min": Rule("rule.min", _extreme),
    "clamp": Rule("rule.clamp", _clamp),
    "where": Rule("rule.where", _where),
    "zeroed": Rule("rule.where", _zeroed),
}
OF_ELEMENTS: Final[dict[str, Rule]] = {
    "max": Rule("rule.max", _extreme, _pull_extreme),
    "min": Rule("rule.min", _extreme, _pull_extreme),
}
