"""How many operations Newton's method takes: what the arithmetic limit is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.formula.tree import Formula, Node
from engine.formula.writing.operation_count import WEIGHTS, operations_of

UPDATE: Final = 1 + WEIGHTS["div"]  # x - v/d


@dataclass(frozen=True, slots=True)
class Operations:
    """Operations of one f, and those that f' adds to them."""

    value: int
    slope: int

    def of_batch(self, steps: int, elements: int) -> int:
        """Of elements that take so many steps together: f is computed once more for each.

        >>> Operations(value=10, slope=6).of_batch(steps=40, elements=10)
        1100
        """
        return (steps + elements) * self.value + steps * (self.slope + UPDATE)


def operations_in(formula: Formula, derivative: Node) -> Operations:
    """Those of the code that the kernel runs, weighed as `operations_of` says.

    Raises NotScalar as `newton_kernel` does.

    >>> from engine.formula.tree import Apply, Name
    >>> x = Name("x")
    >>> operations_in(Formula("f", ("x",), Apply("mul", (x, x))), Apply("add", (x, x)))
    Operations(value=1, slope=1)
    """
    value = operations_of([formula.body])
    return Operations(value, operations_of([formula.body, derivative]) - value)
