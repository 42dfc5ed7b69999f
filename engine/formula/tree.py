"""The syntax tree of a formula: what every other module of formulas reads or builds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written, exactly: 0.1 is one tenth."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Constant:
    """One of `operations.CONSTANTS`."""

    name: str


@dataclass(frozen=True, slots=True)
class Name:
    """An input of the formula."""

    name: str


@dataclass(frozen=True, slots=True)
class Array:
    """Numbers in rows: shape () is a single one. Also the value of an input at a point."""

    shape: tuple[int, ...]
    values: tuple[Fraction, ...]  # row by row

    def __post_init__(self) -> None:
        if len(self.values) != math.prod(self.shape):
            raise ValueError(f"{len(self.values)} numbers do not make the shape {self.shape}")


@dataclass(frozen=True, slots=True)
class Index:
    """An element or a row: `x[0]`, `A[0, -1]`, `A[1]`."""

    base: Node
    where: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation of `operations.OPERATIONS` on its arguments; `dim`: along that axis alone."""

    op: str
    args: tuple[Node, ...]
    dim: int | None = None


@dataclass(frozen=True, slots=True)
class Compare:
    """A condition, inside `where` only: "<", "<=", ">", ">=", "==" or "!="."""

    relation: str
    left: Node
    right: Node


Node = Number | Constant | Name | Array | Index | Apply | Compare
Point = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Formula:
    """`title(inputs) = body`; inputs in the order of the head, else of first appearance."""

    title: str
    inputs: tuple[str, ...]
    body: Node


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly beneath a node, from left to right."""
    match node:
        case Apply(args=args):
            return args
        case Index(base=base):
            return (base,)
        case Compare(left=left, right=right):
            return (left, right)
    return ()


def with_children(node: Node, below: Sequence[Node]) -> Node:
    """The node with other nodes directly beneath it.

    >>> with_children(Apply("sin", (Name("x"),)), [Name("y")]).args
    (Name(name='y'),)
    """
    match node:
        case Apply():
            return replace(node, args=tuple(below))
        case Index():
            return replace(node, base=below[0])
        case Compare():
            return replace(node, left=below[0], right=below[1])
    return node


def walk(node: Node) -> Iterator[Node]:
    """The node and everything beneath it, parents first, from left to right.

    >>> [type(each).__name__ for each in walk(Apply("sin", (Name("x"),)))]
    ['Apply', 'Name']
    """
    waiting = [node]
    while waiting:
        yield (found := waiting.pop())
        waiting += reversed(children(found))


def names_in(node: Node) -> tuple[str, ...]:
    """The inputs that a node speaks of, in order of appearance.

    >>> names_in(Apply("mul", (Name("y"), Apply("add", (Name("x"), Name("y"))))))
    ('y', 'x')
    """
    return tuple(dict.fromkeys(each.name for each in walk(node) if isinstance(each, Name)))
