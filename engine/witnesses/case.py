"""A formula at a point, made ready for every witness."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import torch
from mpmath import mpf

from engine.formula.exact import exact, values_of
from engine.formula.limits import SIDE_DIGITS
from engine.formula.shapes import Shapes
from engine.formula.tensors import Tensors, tensors_of
from engine.formula.tree import Array, Formula, Node, Point
from engine.formula.work import work
from engine.formula.writing.torch_function import torch_function
from engine.witnesses.autograd import Function
from engine.witnesses.differences import Place

Real = Any  # mpf: mpmath has no types

HUGE: Final = 10**30
EXACT_NUMBERS: Final = 20_000  # handled at 50 digits, some 10 µs each


@dataclass(frozen=True, slots=True)
class Case:
    """`derivatives`: the derived formula of every input, in the shape of that input."""

    formula: Formula
    derivatives: Mapping[str, Node]
    point: Point
    function: Function
    tensors: Tensors

    @property
    def shapes(self) -> Shapes:
        """The shape of each input."""
        return {name: array.shape for name, array in self.point.items()}

    @property
    def places(self) -> Iterator[Place]:
        """Every element of every input."""
        for name, array in self.point.items():
            yield from ((name, index) for index in range(len(array.values)))

    def affordable(self, *nodes: Node) -> bool:
        """Whether these can be computed at 50 digits in a moment."""
        return sum(work(node, self.shapes).total for node in nodes) <= EXACT_NUMBERS

    def at_fifty(self, node: Node) -> Any:
        """A node's value at the point, at 50 digits: an mpf, or an array of them."""
        return exact(node, values_of(self.point))

    def in_torch(self, node: Node, dtype: torch.dtype = torch.float64) -> torch.Tensor:
        """A node's value at the point as torch computes it."""
        function = torch_function(Formula("f", self.formula.inputs, node))
        return function(*tensors_of(self.point, dtype).values())

    def shifted(self, place: Place, node: Node | None = None) -> Callable[[Real], Real]:
        """k -> f, or a node of it, with the element at `place` larger by k.

        The elements of a tensor are added up, no two with the same weight.
        """
        values = dict(values_of(self.point, SIDE_DIGITS))
        name, index = place
        before = values[name]

        def function(k: Real) -> Real:
            here = before if not self.point[name].shape else before.reshape(-1)[index]
            there = here + k
            values[name] = _replaced(before, index, there)
            found = numbers_of(exact(node or self.formula.body, values, SIDE_DIGITS))
            return sum((n * each for n, each in enumerate(found[1:], 2)), found[0])

        return function

    def size(self, place: Place) -> Real:
        """What is little for an element: measured by its own size where that is below 1.

        Of a huge one it is what 120 digits still hold.
        """
        name, index = place
        here = abs(self.point[name].values[index])
        size = min(here, Fraction(1)) or Fraction(1) if here <= HUGE else here / HUGE
        return mpf(size.numerator) / size.denominator


def _replaced(before: Any, index: int, number: Real) -> Any:
    if isinstance(before, mpf):
        return number
    after = before.copy()
    after.reshape(-1)[index] = number
    return after


def case_of(formula: Formula, derivatives: Mapping[str, Node], point: Point) -> Case:
    """The case of a formula whose inputs all have values; the point in their order."""
    ordered: dict[str, Array] = {name: point[name] for name in formula.inputs}
    return Case(formula, derivatives, ordered, torch_function(formula), tensors_of(ordered))


def numbers_of(value: Any) -> list[Real]:
    """The elements of a value of either kind, row by row, as mpf.

    >>> numbers_of(torch.tensor([[1.0, 2.0]]))
    [mpf('1.0'), mpf('2.0')]
    """
    if isinstance(value, torch.Tensor):
        return [mpf(each) for each in value.detach().flatten().tolist()]
    if isinstance(value, mpf):
        return [value]
    return list(value.reshape(-1))
