"""How many numbers a formula handles at given shapes, told before it is run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from engine.formula.operations import OPERATIONS, Acts
from engine.formula.tree import Apply, Array, Compare, Index, Name, Node

Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]


@dataclass(frozen=True, slots=True)
class Work:
    """`largest`: the elements of the largest intermediate; `total`: of all, products counted."""

    largest: int
    total: int


def work(node: Node, shapes: Shapes) -> Work:
    """Elements that computing `node` handles; where shapes clash, the larger size counts.

    >>> x, y = Name("x"), Name("y")
    >>> work(Apply("add", (x, y)), {"x": (3, 1), "y": (4,)})
    Work(largest=12, total=19)
    """
    sizes: list[int] = []
    _visit(node, shapes, sizes)
    return Work(max(sizes), sum(sizes))


def _visit(node: Node, shapes: Shapes, sizes: list[int]) -> Shape:
    shape = _shape(node, shapes, sizes)
    sizes.append(math.prod(shape))
    return shape


def _shape(node: Node, shapes: Shapes, sizes: list[int]) -> Shape:
    match node:
        case Name(name=name):
            return shapes[name]
        case Array(shape=shape):
            return shape
        case Index(base=base, where=where):
            return _visit(base, shapes, sizes)[len(where) :]
        case Compare(left=left, right=right):
            return _together(_visit(left, shapes, sizes), _visit(right, shapes, sizes))
        case Apply(op=op, args=args, dim=dim):
            return _applied(op, dim, [_visit(each, shapes, sizes) for each in args], sizes)
    return ()


def _applied(op: str, dim: int | None, args: list[Shape], sizes: list[int]) -> Shape:
    first = args[0]
    match OPERATIONS[op].acts:
        case Acts.PRODUCT:
            sizes.append(math.prod(first) * math.prod(args[1][1:]))  # multiplications
            return first[:-1] + args[1][:-2] + args[1][-1:] if op == "matmul" else ()
        case Acts.ALONG:
            return first
        case Acts.REDUCES:
            return _without(first, dim)
        case Acts.EACH if op in ("max", "min") and len(args) == 1:
            return _without(first, dim)
        case Acts.EACH:
            return _together(*args)
    return _moved(op, args, sizes)


def _moved(op: str, args: list[Shape], sizes: list[int]) -> Shape:
    if op in ("like", "unlike", "along", "placed"):
        return args[1]
    if op == "outer":
        return args[0] + args[1]
    if op == "others":
        sizes.append(math.prod(args[0]) ** 2)
        return args[0]
    return () if op == "count" else args[0]


def _without(shape: Shape, dim: int | None) -> Shape:
    if dim is None or not -len(shape) <= dim < len(shape):
        return ()
    dim %= len(shape)
    return shape[:dim] + shape[dim + 1 :]


def _together(*shapes: Shape) -> Shape:
    columns = zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1)
    return tuple(0 if 0 in sizes else max(sizes) for sizes in columns)[::-1]
