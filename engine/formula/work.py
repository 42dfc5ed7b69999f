"""How many numbers a formula handles at given shapes, told before it is run."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from engine.formula.operations import OPERATIONS, Acts
from engine.formula.shapes import Shapes, Sizes
from engine.formula.tree import Apply, Node, walk


@dataclass(frozen=True, slots=True)
class Work:
    """`largest`: the elements of the largest intermediate; `total`: of all, products counted."""

    largest: int
    total: int


def work(node: Node, shapes: Shapes) -> Work:
    """Elements that computing `node` handles; where shapes clash, the larger size counts.

    >>> from engine.formula.tree import Name
    >>> x, y = Name("x"), Name("y")
    >>> work(Apply("add", (x, y)), {"x": (3, 1), "y": (4,)})
    Work(largest=12, total=19)
    """
    sizes = Sizes(shapes)
    counts = [count for each in walk(node) for count in _handled(each, sizes)]
    return Work(max(counts), sum(counts))


def _handled(node: Node, sizes: Sizes) -> Iterator[int]:
    yield math.prod(sizes.of(node))
    match node:
        case Apply(op="others", args=(x,)):
            yield math.prod(sizes.of(x)) ** 2
        case Apply(op=op, args=(left, right)) if OPERATIONS[op].acts is Acts.PRODUCT:
            yield math.prod(sizes.of(left)) * math.prod(sizes.of(right)[1:])  # multiplications
