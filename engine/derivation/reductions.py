"""Operations that make one number of many elements, or of each of them with all, differentiated."""

from __future__ import annotations

from typing import Final

from engine.derivation.broadcast import count
from engine.derivation.rule import Local, Pull, Rule
from engine.derivation.tidy import ONE, ZERO, apply, minus, over, times
from engine.formula.shapes import Shape, Sizes
from engine.formula.tree import Apply, Index, Node


def spread(g: Node, node: Apply, sizes: Sizes) -> Node:
    """g, of the shape of a reduced node, beside the elements that it was reduced from."""
    (x,) = node.args
    if not sizes.of(g) or not sizes.of(x):
        return g
    return apply("along", g, x, dim=node.dim)


def summed(g: Node, x: Node, dim: int | None, sizes: Sizes) -> Node:
    """The sum along `dim` of g repeated to the shape of x, beside the elements of x."""
    if not sizes.of(g):
        return times(count(x, dim, sizes), g)
    match g:
        case Apply(op="placed", args=(value, _)) if _one_number(g, sizes):
            return value if len(sizes.of(x)) == 1 else _total(g, x, dim)
    return _total(g if sizes.of(g) == sizes.of(x) else apply("like", g, x), x, dim)


def _total(g: Node, x: Node, dim: int | None) -> Node:
    total = apply("sum", g, dim=dim)
    return total if dim is None else apply("along", total, x, dim=dim)


def _one_number(placed: Apply, sizes: Sizes) -> bool:
    at = placed.args[1]
    return isinstance(at, Index) and not sizes.of(at)


def _reducing(key: str, local: Local) -> Rule:
    def pull(g: Node, node: Apply, place: int, sizes: Sizes) -> Node:
        return times(spread(g, node, sizes), local(node, place, sizes))

    return Rule(key, local, pull)


def _mean(node: Apply, place: int, sizes: Sizes) -> Node:
    return over(ONE, count(node.args[0], node.dim, sizes))


def _others(node: Apply, place: int, sizes: Sizes) -> Node:
    return apply("others", *node.args, dim=node.dim) if sizes.of(node.args[0]) else ONE


def _norm(node: Apply, place: int, sizes: Sizes) -> Node:
    # torch: 0 where all elements are 0.
    length = spread(node, node, sizes)
    return apply("zeroed", over(node.args[0], length), length)


def _logsumexp(node: Apply, place: int, sizes: Sizes) -> Node:
    (x,) = node.args
    if node.dim is None and len(sizes.of(x)) > 1:
        return apply("exp", minus(x, node))
    return apply("softmax", x, dim=node.dim)


def _axis(node: Apply, shape: Shape) -> int | None:
    """The axis of softmax; None for all of a vector."""
    if len(shape) < 2:
        return None
    return -1 if node.dim is None else node.dim


def _softmax(g: Node, node: Apply, place: int, sizes: Sizes) -> Node:
    """s · (g - Σ gs): each element draws on all the others."""
    if not sizes.of(g):
        return ZERO  # the elements of softmax sum to 1
    mixed = _weighted(g, node, sizes)
    return times(node, minus(g, mixed))


def _weighted(g: Node, node: Apply, sizes: Sizes) -> Node:
    """Σ gs along the axis; of a g that is placed at one element, that one."""
    x, dim = node.args[0], _axis(node, sizes.of(node.args[0]))
    match g:
        case Apply(op="placed", args=(value, Index(where=where))) if len(sizes.of(x)) == 1:
            return times(value, Index(node, where))
    return summed(times(g, node), x, dim, sizes)


def _log_softmax(g: Node, node: Apply, place: int, sizes: Sizes) -> Node:
    """g - s Σ g."""
    (x,) = node.args
    if not sizes.of(x):
        return ZERO
    shares = apply("softmax", x, dim=node.dim)
    return minus(g, times(summed(g, x, _axis(node, sizes.of(x)), sizes), shares))


def _along(key: str, pull: Pull) -> Rule:
    return Rule(key, None, pull)


REDUCTIONS: Final[dict[str, Rule]] = {
    "sum": _reducing("rule.sum_elements", lambda node, place, sizes: ONE),
    "mean": _reducing("rule.mean", _mean),
    "prod": _reducing("rule.prod", _others),
    "norm": _reducing("rule.norm", _norm),
    "logsumexp": _reducing("rule.logsumexp", _logsumexp),
    "softmax": _along("rule.softmax", _softmax),
    "log_softmax": _along("rule.log_softmax", _log_softmax),
}
