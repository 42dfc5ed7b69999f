"""The shape of every node of a formula, also where the sizes of its inputs are unknown."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Final

from engine.formula.operations import OPERATIONS, Acts
from engine.formula.tree import Apply, Array, Compare, Formula, Index, Name, Node, children

Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]

UNKNOWN: Final = -1
"""A size that nobody told. Two unknown sizes side by side are taken for equal."""


class Sizes:
    """The shapes of nodes, given those of the inputs; each is worked out once."""

    def __init__(self, inputs: Shapes) -> None:
        self._inputs = inputs
        self._known: dict[int, tuple[Node, Shape]] = {}

    def of(self, node: Node) -> Shape:
        """The shape of a node; () for an input without one. Clashing sizes: the larger."""
        if id(node) not in self._known:
            # Kept with the node: an id may be given anew once a node is gone.
            self._known[id(node)] = node, self._worked_out(node)
        return self._known[id(node)][1]

    def _worked_out(self, node: Node) -> Shape:
        match node:
            case Name(name=name):
                return self._inputs.get(name, ())
            case Array(shape=shape):
                return shape
            case Index(base=base, where=where):
                return self.of(base)[len(where) :]
            case Compare(left=left, right=right):
                return together(self.of(left), self.of(right))
            case Apply(op="placed", args=(_, Index(base=base))):
                return self.of(base)
            case Apply(op=op, args=args, dim=dim):
                return _applied(op, [self.of(each) for each in args], dim)
        return ()


def _applied(op: str, args: list[Shape], dim: int | None) -> Shape:
    first = args[0]
    match OPERATIONS[op].acts:
        case Acts.PRODUCT:
            return first[:-1] + args[1][:-2] + args[1][-1:][: len(args[1]) - 1]
        case Acts.ALONG:
            return first
        case Acts.REDUCES:
            return _without(first, dim)
        case Acts.EACH:
            lone = op in ("max", "min") and len(args) == 1
            return _without(first, dim) if lone else together(*args)
    return _moved(op, args)


def _moved(op: str, args: list[Shape]) -> Shape:
    if op in ("like", "unlike", "along"):
        return args[1]
    if op == "outer":
        return args[0] + args[1]
    return {"count": (), "transpose": args[0][:-2] + args[0][-2:][::-1]}.get(op, args[0])


def _without(shape: Shape, dim: int | None) -> Shape:
    if dim is None or not -len(shape) <= dim < len(shape):
        return ()
    dim %= len(shape)
    return shape[:dim] + shape[dim + 1 :]


def same(one: Shape, other: Shape) -> bool:
    """Whether two shapes are equal, as far as they are known."""
    pairs = zip(one, other, strict=False)
    alike = all(a == b or UNKNOWN in (a, b) for a, b in pairs)
    return len(one) == len(other) and alike


def together(*shapes: Shape) -> Shape:
    """What shapes broadcast to; an unknown size beside a known one is that, unless that is 1.

    >>> together((3, 1), (UNKNOWN,))
    (3, -1)
    """
    columns = zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1)
    return tuple(_size([size for size in sizes if size != 1]) for sizes in columns)[::-1]


def _size(sizes: list[int]) -> int:
    if 0 in sizes:
        return 0
    return max(sizes, default=1)


def assumed_shapes(formula: Formula) -> dict[str, Shape]:
    """The shapes of inputs of which only the formula is known.

    An input is a number unless it stands inside `sum`, `dot`, `@`, an index or the like; then it
    is a matrix where it has two indices or a capital letter, else a vector, of unknown size.

    >>> x, A = Name("x"), Name("A")
    >>> assumed_shapes(Formula("f", ("A", "x"), Apply("matmul", (A, x))))
    {'A': (-1, -1), 'x': (-1,)}
    """
    ranks = dict.fromkeys(formula.inputs, 0)
    for name, rank in _used_as(formula.body, inside=False):
        ranks[name] = max(ranks.get(name, 0), rank)
    return {name: (UNKNOWN,) * rank for name, rank in ranks.items()}


def _used_as(body: Node, *, inside: bool) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    waiting = [(body, inside)]
    while waiting:
        node, within = waiting.pop()
        if isinstance(node, Name) and within:
            found.append((node.name, 2 if node.name[0].isupper() else 1))
        if isinstance(node, Index) and isinstance(node.base, Name):
            found.append((node.base.name, len(node.where)))
        within = within or _takes_many(node)
        waiting += [(child, within) for child in children(node)]
    return found


def _takes_many(node: Node) -> bool:
    match node:
        case Index(base=base):
            return not isinstance(base, Name)
        case Apply(op=op, args=args):
            lone = op in ("max", "min") and len(args) == 1
            return lone or OPERATIONS[op].acts not in (Acts.EACH, Acts.SHAPES)
    return False
