"""Random formulas over all written operations, with points mostly inside their domains."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from hypothesis import strategies as st

from engine.formula.operations import OPERATIONS, Acts
from engine.formula.tree import (
    Apply,
    Array,
    Compare,
    Constant,
    Formula,
    Index,
    Name,
    Node,
    Number,
    Point,
    names_in,
    walk,
)

Shape = tuple[int, ...]
SHAPES: dict[str, Shape] = {
    **dict.fromkeys("xyz", ()),
    **dict.fromkeys("uv", (3,)),
    "w": (2,),
    "A": (2, 3),
    "B": (3, 2),
}
UNARY = [
    name
    for name, operation in OPERATIONS.items()
    if operation.acts is Acts.EACH and operation.least == 1 and operation.most <= 2
    if operation.written
]
POSITIVE = {"log", "log2", "log10", "sqrt", "rsqrt"}
UNIT = {"asin", "acos"}
REDUCING = [name for name, operation in OPERATIONS.items() if operation.acts is Acts.REDUCES]
RELATIONS = ["<", "<=", ">", ">=", "==", "!="]


@dataclass(frozen=True, slots=True)
class Example:
    """A formula, and a point for all its inputs."""

    formula: Formula
    point: Point


def number(text: str | int | Fraction) -> Number:
    """A number, exactly."""
    return Number(Fraction(text))


def apply(op: str, *args: Node | int, dim: int | None = None) -> Apply:
    """An operation; integers become numbers."""
    nodes = tuple(number(each) if isinstance(each, int) else each for each in args)
    return Apply(op, nodes, dim)


def scalar_examples(most: int = 25) -> st.SearchStrategy[Example]:
    """Formulas of numbers, of at most `most` nodes, and points."""
    return st.builds(example, _SEEDS, st.integers(1, most), st.just(False))


def tensor_examples(most: int = 25) -> st.SearchStrategy[Example]:
    """Formulas whose value and inputs may be vectors and matrices, and points."""
    return st.builds(example, _SEEDS, st.integers(1, most), st.just(True))


# One draw for all of a formula: drawn piece by piece, hypothesis would repeat itself too often.
_SEEDS = st.integers(0, 2**32 - 1)


def example(seed: int, most: int, tensors: bool) -> Example:
    """The formula number `seed` of at most `most` nodes.

    >>> example(7, 9, tensors=False) == example(7, 9, tensors=False)
    True
    """
    chance = Random(seed)
    shape = chance.choice([(), (), (3,), (2,), (2, 3)]) if tensors else ()
    size = 2 * most
    body = _Growth(chance, tensors).node(shape, size)
    while sum(1 for _ in walk(body)) > most and size > 1:
        size = size * 3 // 4
        body = _Growth(chance, tensors).node(shape, size)
    inputs = names_in(body) or ("x",)
    point = {name: values(chance, SHAPES[name]) for name in inputs}
    return Example(Formula("f", inputs, body), point)


def values(chance: Random, shape: Shape) -> Array:
    """Numbers of three decimals from -3 to 3; most are away from every kink."""
    numbers = (Fraction(chance.randint(-3000, 3000), 1000) for _ in range(math.prod(shape)))
    return Array(shape, tuple(numbers))


@dataclass(frozen=True, slots=True)
class _Growth:
    """Grows a node of a wanted shape out of about `size` operations."""

    chance: Random
    tensors: bool

    def flip(self) -> bool:
        return self.chance.random() < 0.5

    def node(self, shape: Shape, size: int) -> Node:
        if size <= 1:
            return self.leaf(shape)
        ways = ["unary", "unary", "signs", "signs", "signs", "power", "several"]
        if self.tensors:
            ways += ["shapes"] * (1 if len(shape) == 2 else 5)
        way = self.chance.choice(ways)
        return {
            "unary": self.unary,
            "signs": self.signs,
            "several": self.several,
            "power": self.power,
            "shapes": self.shapes,
        }[way](shape, size - 1)

    def leaf(self, shape: Shape) -> Node:
        names = [name for name, own in SHAPES.items() if own == shape]
        if names and self.chance.randint(0, 4):
            return Name(self.chance.choice(names))
        if shape:
            return values(self.chance, shape)
        if not self.chance.randint(0, 5):
            return Constant(self.chance.choice(["pi", "e"]))
        if self.flip():
            return number(self.chance.randint(0, 9))
        return number(Fraction(self.chance.randint(1, 99), 10))

    def smaller(self, shape: Shape) -> Shape:
        """The shape, or one that broadcasts to it."""
        if not shape or self.flip():
            return shape
        return self.chance.choice([(), shape[-1:]]) if self.tensors else ()

    def unary(self, shape: Shape, size: int) -> Node:
        op = self.chance.choice(UNARY)
        return self.inside(op, self.node(shape, size))

    def inside(self, op: str, arg: Node) -> Node:
        """The operation; one time in eight its argument may lie outside of its domain."""
        safe = bool(self.chance.randint(0, 7))
        if op in POSITIVE and safe:
            square = apply("add", apply("pow", arg, 2), Number(Fraction(1, 2)))
            arg = self.chance.choice([square, apply("softplus", arg), apply("abs", arg)])
        elif op == "log1p" and safe:
            arg = apply("abs", arg)
        elif op in UNIT and safe:
            arg = self.chance.choice([apply("tanh", arg), apply("sin", arg)])
        elif op in ("exp", "sinh", "cosh", "expm1") and safe:
            arg = self.chance.choice([arg, apply("sin", arg), apply("neg", arg)])
        return apply(op, arg)

    def signs(self, shape: Shape, size: int) -> Node:
        op = self.chance.choice(["add", "sub", "mul", "mul", "div", "neg"])
        if op == "neg":
            return apply("neg", self.node(shape, size))
        left, right = self.parts(size, 2)
        first, second = self.node(shape, left), self.node(self.smaller(shape), right)
        return apply(op, first, second)

    def power(self, shape: Shape, size: int) -> Node:
        base = self.node(shape, size)
        if self.flip():
            return apply("pow", base, self.chance.choice([-2, -1, 2, 2, 3, 5]))
        if self.flip():
            return apply("pow", Number(Fraction(self.chance.choice([2, 3]))), base)
        exponent = Fraction(self.chance.choice(["1/2", "3/2", "-1/2", "3/10"]))
        return apply("pow", apply("softplus", base), Number(exponent))

    def several(self, shape: Shape, size: int) -> Node:
        op = self.chance.choice(["max", "min", "clamp", "where", "leaky_relu", "elu"])
        sizes = self.parts(size, 4)
        first, second = self.node(shape, sizes[0]), self.node(shape, sizes[1])
        if op in ("leaky_relu", "elu"):
            slope = self.chance.choice([Fraction(1, 5), Fraction(1, 100), Fraction(2)])
            return apply(op, first, Number(slope))
        if op == "clamp":
            return apply("clamp", first, Number(Fraction(-6, 5)), Number(Fraction(7, 5)))
        if op == "where":
            relation = self.chance.choice(RELATIONS)
            sides = self.node(shape, sizes[2]), self.node(self.smaller(shape), sizes[3])
            return apply("where", Compare(relation, *sides), first, second)
        return apply(op, first, second, *([self.leaf(())] if self.flip() else []))

    def shapes(self, shape: Shape, size: int) -> Node:
        if not shape:
            return self.number_of_many(size)
        if len(shape) == 1:
            return self.vector(shape, size)
        dim = self.chance.choice([None, 0, 1, -1])
        op = self.chance.choice(["softmax", "log_softmax"])
        return apply(op, self.node(shape, size), dim=dim)

    def number_of_many(self, size: int) -> Node:
        way = self.chance.choice(["reduce", "reduce", "reduce", "dot", "index", "product"])
        if way == "reduce":
            op = self.chance.choice([*REDUCING, "max", "min"])
            return apply(op, self.node(self.chance.choice([(3,), (2,), (2, 3)]), size))
        left, right = self.parts(size, 2)
        if way == "index":
            base, where = self.chance.choice([((3,), (-1,)), ((2, 3), (0, 2))])
            return self.element(self.node(base, size), where)
        op = "dot" if way == "dot" else "matmul"
        return apply(op, self.node((3,), left), self.node((3,), right))

    def vector(self, shape: Shape, size: int) -> Node:
        way = self.chance.choice(["softmax", "along", "product", "row"])
        left, right = self.parts(size, 2)
        rows = (2, 3) if shape == (3,) else (3, 2)
        if way == "product":
            return apply("matmul", self.node(rows[::-1], left), self.node(rows[:1], right))
        if way == "row":
            return self.element(self.node(rows, size), (self.chance.choice([0, 1, -1]),))
        if way == "along":
            op = self.chance.choice([*REDUCING, "max", "min"])
            return apply(op, self.node(rows, size), dim=self.chance.choice([0, -2]))
        return apply(self.chance.choice(["softmax", "log_softmax"]), self.node(shape, size))

    def element(self, base: Node, where: tuple[int, ...]) -> Node:
        # Behind a list of numbers, brackets are one more list.
        return Index(apply("neg", base) if isinstance(base, Array) else base, where)

    def parts(self, size: int, count: int) -> list[int]:
        first = self.chance.randint(1, max(1, size - 1))
        rest = max(1, (size - first) // (count - 1))
        return [first] + [rest] * (count - 1)
