"""Products of vectors and matrices, differentiated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.derivation.broadcast import full
from engine.derivation.rule import Rule
from engine.derivation.tidy import apply, number, times
from engine.formula.shapes import Sizes
from engine.formula.tree import Apply, Node, Number


def _transposed(matrix: Node) -> Node:
    return apply("transpose", matrix)


def _linear(make: Callable[[Node], Node], g: Node) -> Node:
    """make(g) of a linear `make`, a number in front of g kept in front."""
    match g:
        case Apply(op="mul", args=(Number() as factor, rest)):
            return times(factor, make(rest))
        case Apply(op="neg", args=(rest,)):
            return times(number(-1), make(rest))
    return make(g)


def _matmul(g: Node, node: Apply, place: int, sizes: Sizes) -> Node:
    """By the ranks: u·v, A @ v, u @ B and A @ B."""
    left, right = node.args
    ranks = len(sizes.of(left)), len(sizes.of(right))
    if ranks in MADE:
        make = MADE[ranks][place]
        return _linear(lambda whole: make(full(whole, node, sizes), left, right), g)
    return times(g, right if place == 0 else left)  # of two vectors


_Make = Callable[[Node, Node, Node], Node]
MADE: Final[dict[tuple[int, int], tuple[_Make, _Make]]] = {
    (2, 1): (
        lambda g, a, v: apply("outer", g, v),
        lambda g, a, v: apply("matmul", _transposed(a), g),
    ),
    (1, 2): (
        lambda g, u, b: apply("matmul", b, g),
        lambda g, u, b: apply("outer", u, g),
    ),
    (2, 2): (
        lambda g, a, b: apply("matmul", g, _transposed(b)),
        lambda g, a, b: apply("matmul", _transposed(a), g),
    ),
}

PRODUCTS: Final[dict[str, Rule]] = {
    "dot": Rule("rule.dot", None, _matmul),
    "matmul": Rule("rule.matmul", None, _matmul),
}
