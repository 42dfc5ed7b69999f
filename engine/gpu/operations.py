"""How many operations Newton's method takes: what the arithmetic limit is computed from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from engine.formula.tree import Formula, Node
from engine.formula.writing.cuda import C
from engine.formula.writing.straight import Part, straight_line

# In the code of `straight_line`: a sign between spaces, a minus in front, a call, a choice.
_OPERATION: Final = re.compile(r" [-+*/] |\(-(?!\d)|\w\(| \? ")
UPDATE: Final = 2  # x - v/d


@dataclass(frozen=True, slots=True)
class Operations:
    """Additions, multiplications, divisions and calls of f, and those that f' adds to them."""

    value: int
    slope: int

    def of_batch(self, steps: int, elements: int) -> int:
        """Of elements that take so many steps together: f is computed once more for each.

        >>> Operations(value=10, slope=6).of_batch(steps=40, elements=10)
        820
        """
        return (steps + elements) * self.value + steps * (self.slope + UPDATE)


def operations_of(formula: Formula, derivative: Node) -> Operations:
    """Counted in the code that the kernel runs.

    A call of sin or exp counts once, though it is twenty to forty operations: what is computed
    from this is a lower bound.

    Raises NotScalar as `newton_kernel` does.

    >>> from engine.formula.tree import Apply, Name
    >>> x = Name("x")
    >>> operations_of(Formula("f", ("x",), Apply("mul", (x, Apply("sin", (x,))))), Name("x"))
    Operations(value=2, slope=0)
    """
    value, slope = straight_line([formula.body, derivative], formula.inputs, C["double"])
    return Operations(_counted(value), _counted(slope))


def _counted(part: Part) -> int:
    return sum(len(_OPERATION.findall(text)) for text in (*part.lines, part.value))
