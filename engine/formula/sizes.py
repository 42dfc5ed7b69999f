"""A tree held against the limits, and its indices against the point."""

from __future__ import annotations

from typing import Final

from engine.formula.limits import DEPTH
from engine.formula.reading.mistakes import Mistake
from engine.formula.reading.numbers import NoNumber, TooLarge, constant, is_constant
from engine.formula.tree import Index, Name, Node, Point, children, walk

# A long sum is as deep as it has summands; the tree may be deeper than the brackets of the text.
DEEPEST: Final = 3 * DEPTH


def check_tree(node: Node, point: Point, start: int, end: int) -> None:
    """Raises `Mistake` for a tree too deep, and for an element that an input does not have."""
    if depth(node) > DEEPEST:
        raise Mistake("mistake.long_formula", start, end, most=DEEPEST)
    _check_numbers(node, start, end)
    for each in walk(node):
        if isinstance(each, Index) and isinstance(each.base, Name) and each.base.name in point:
            _check_index(each, each.base.name, point[each.base.name].shape, start, end)


def _check_numbers(node: Node, start: int, end: int) -> None:
    """Compute what is constant, as large as it gets: exp(9^999)."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if not is_constant(each):
            waiting += children(each)
            continue
        try:
            constant(each)
        except TooLarge:
            raise Mistake("mistake.number", start, end) from None
        except NoNumber:
            waiting += children(each)


def depth(node: Node) -> int:
    level, depth = [node], 0
    while level:
        level = [child for each in level for child in children(each)]
        depth += 1
    return depth


def _check_index(index: Index, name: str, shape: tuple[int, ...], start: int, end: int) -> None:
    where = ", ".join(map(str, index.where))
    values = {"text": f"{name}[{where}]", "name": name, "shape": str(shape)}
    if len(index.where) > len(shape):
        raise Mistake("mistake.index_axes", start, end, **values)
    for place, size in zip(index.where, shape, strict=False):
        if not -size <= place < size:
            raise Mistake("mistake.index_range", start, end, **values)
