"""A formula's tree on a socket: plain lists and strings, and back with everything checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from engine.formula.limits import ALL_ELEMENTS, INPUTS, NODES
from engine.formula.operations import CONSTANTS, OPERATIONS
from engine.formula.sizes import DEEPEST
from engine.formula.tree import Apply, Array, Compare, Constant, Index, Name, Node, Number
from engine.records import Json, Malformed

RELATIONS: Final = ("<", "<=", ">", ">=", "==", "!=")
# A tree is a little larger than what was written: an equation is the difference of its sides,
# an input that was given a value has become that number.
MOST_NODES: Final = 4 * NODES
MOST_DEPTH: Final = DEEPEST + INPUTS
NUMBER_LENGTH: Final = 25_000  # two numbers of 40 000 bits, the most that reading computes with
ALL_DIGITS: Final = 100_000  # of one tree together
NAME_LENGTH: Final = 64
AXES: Final = 8
LARGEST_AXIS: Final = 1_000_000

# Hexadecimal: read in linear time, whatever its length.
_FRACTION: Final = re.compile(r"-?[0-9a-f]+(/[0-9a-f]+)?", re.ASCII)


def to_wire(node: Node) -> Json:
    """The tree as lists and strings: a kind first, then what it is made of.

    >>> to_wire(Apply("div", (Number(Fraction(-1, 10)), Name("x"))))
    ['apply', 'div', None, [['number', '-1/a'], ['name', 'x']]]
    """
    match node:
        case Number(value=value):
            return ["number", _written(value)]
        case Constant(name=name):
            return ["constant", name]
        case Name(name=name):
            return ["name", name]
        case Array(shape=shape, values=values):
            return ["array", [*shape], [_written(each) for each in values]]
        case Index(base=base, where=where):
            return ["index", to_wire(base), [*where]]
        case Apply(op=op, args=args, dim=dim):
            return ["apply", op, dim, [to_wire(each) for each in args]]
        case Compare(relation=relation, left=left, right=right):
            return ["compare", relation, to_wire(left), to_wire(right)]


def from_wire(data: Json) -> Node:
    """The tree that `to_wire` wrote; the sender may be hostile.

    Raises `Malformed` for anything that is no such tree: an operation, a constant, a relation or
    a kind that is unknown, a wrong number of arguments, a tree or a number past the bounds above.

    >>> from_wire(["apply", "sin", None, [["name", "x"]]])
    Apply(op='sin', args=(Name(name='x'),), dim=None)
    >>> from_wire(["apply", "eval", None, [["name", "x"]]])
    Traceback (most recent call last):
    engine.records.codec.Malformed: no operation
    """
    return _Reader().node(data, MOST_DEPTH)


def _written(value: Fraction) -> str:
    below = f"/{value.denominator:x}" if value.denominator != 1 else ""
    return f"{value.numerator:x}{below}"


@dataclass(slots=True)
class _Reader:
    """Reads one tree; counts what it has read."""

    nodes: int = 0
    digits: int = 0

    def node(self, data: Json, depth: int) -> Node:
        self.nodes += 1
        _insist(depth > 0, "a tree too deep")
        _insist(self.nodes <= MOST_NODES, "a tree too large")
        _insist(type(data) is list and len(data) > 1 and type(data[0]) is str, "no node")
        _insist(data[0] in _KINDS, "no kind of node")
        return _KINDS[data[0]](self, data[1:], depth - 1)

    def number(self, parts: list[Json], depth: int) -> Node:
        (text,) = _parts(parts, str)
        return Number(self.fraction(text))

    def constant(self, parts: list[Json], depth: int) -> Node:
        (name,) = _parts(parts, str)
        _insist(name in CONSTANTS, "no constant")
        return Constant(name)

    def name(self, parts: list[Json], depth: int) -> Node:
        (name,) = _parts(parts, str)
        _insist(0 < len(name) <= NAME_LENGTH, "no name")
        return Name(name)

    def array(self, parts: list[Json], depth: int) -> Node:
        sizes, texts = _parts(parts, list, list)
        shape = _integers(sizes, 0, ALL_ELEMENTS)
        _insist(len(texts) <= ALL_ELEMENTS, "an array too large")
        self.nodes += len(texts) // NODES
        try:
            return Array(shape, tuple(self.fraction(each) for each in texts))
        except ValueError as error:
            raise Malformed(str(error)) from None

    def index(self, parts: list[Json], depth: int) -> Node:
        base, where = _parts(parts, list, list)
        _insist(len(where) > 0, "no index")
        return Index(self.node(base, depth), _integers(where, -LARGEST_AXIS, LARGEST_AXIS))

    def apply(self, parts: list[Json], depth: int) -> Node:
        _insist(len(parts) == 3, "no operation")
        op, dim, args = parts
        _insist(type(op) is str and op in OPERATIONS and type(args) is list, "no operation")
        known = OPERATIONS[op]
        _insist(known.least <= len(args) <= known.most, "a wrong number of arguments")
        if dim is not None:
            (dim,) = _integers([dim], -AXES, AXES)
        return Apply(op, tuple(self.node(each, depth) for each in args), dim)

    def compare(self, parts: list[Json], depth: int) -> Node:
        relation, left, right = _parts(parts, str, list, list)
        _insist(relation in RELATIONS, "no relation")
        return Compare(relation, self.node(left, depth), self.node(right, depth))

    def fraction(self, text: Json) -> Fraction:
        _insist(type(text) is str and len(text) <= NUMBER_LENGTH, "no number")
        self.digits += len(text)
        _insist(self.digits <= ALL_DIGITS, "too many digits")
        _insist(_FRACTION.fullmatch(text) is not None, "no number")
        numerator, _, denominator = text.partition("/")
        below = int(denominator or "1", 16)
        _insist(below > 0, "a division by zero")
        return Fraction(int(numerator, 16), below)


_KINDS: Final[dict[str, Callable[[_Reader, list[Json], int], Node]]] = {
    "number": _Reader.number,
    "constant": _Reader.constant,
    "name": _Reader.name,
    "array": _Reader.array,
    "index": _Reader.index,
    "apply": _Reader.apply,
    "compare": _Reader.compare,
}


def _parts(parts: list[Json], *kinds: type) -> list[Json]:
    fit = len(parts) == len(kinds) and all(
        type(part) is kind for part, kind in zip(parts, kinds, strict=True)
    )
    _insist(fit, "a node of other parts")
    return parts


def _integers(values: list[Json], least: int, most: int) -> tuple[int, ...]:
    _insist(len(values) <= AXES, "too many axes")
    for each in values:
        _insist(type(each) is int and least <= each <= most, "no place")
    return tuple(values)


def _insist(holds: bool, what: str) -> None:
    if not holds:
        raise Malformed(what)
