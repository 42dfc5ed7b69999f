"""Derivatives repeated to a shape, and added up to one."""

from __future__ import annotations

import math

from engine.derivation.tidy import apply, number, times
from engine.formula.shapes import UNKNOWN, Sizes, same
from engine.formula.tree import Node


def full(g: Node, model: Node, sizes: Sizes) -> Node:
    """g repeated to the shape of `model` where it is smaller."""
    return g if sizes.of(g) == sizes.of(model) else apply("like", g, model)


def count(x: Node, dim: int | None, sizes: Sizes) -> Node:
    """How many elements x has along an axis, or in all; a number where that is known."""
    shape = sizes.of(x)
    if dim is not None and shape:
        shape = shape[dim : dim + 1] if dim >= 0 else shape[dim:][:1]
    return apply("count", x, dim=dim) if UNKNOWN in shape else number(math.prod(shape))


def gathered(g: Node, node: Node, argument: Node, sizes: Sizes) -> Node:
    """g, of the shape of a node, summed to that of an argument which was broadcast to it."""
    shape, wanted = sizes.of(node), sizes.of(argument)
    if same(shape, wanted):
        return g
    if wanted == () == sizes.of(g):
        return times(count(node, None, sizes), g)
    return apply("unlike", full(g, node, sizes), argument)
