"""How much arithmetic a formula is, as its straight-line code computes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.formula.tree import Apply, Compare, Node, children
from engine.formula.writing.source import PYTHON
from engine.formula.writing.straight import NotScalar, constant_of, lowered


def operations_of(nodes: Sequence[Node]) -> int:
    """Additions and their like that all nodes need together; what they share is counted once.

    An addition, a product, a comparison or a choice is 1. A division or a root is 8, about what
    either costs in a GPU's double precision beside an addition; exp and log, of which libraries
    make a polynomial of some ten terms, are 20; sine, tangent and the rest 40; x^y, a logarithm
    and an exponential with more digits, 60. The weights are estimates, for the time that
    arithmetic takes at least, not measurements.

    Raises:
        NotScalar: something is a vector or a matrix.

    >>> from fractions import Fraction
    >>> from engine.formula.tree import Name, Number
    >>> x, seven = Name("x"), Number(Fraction(7))
    >>> operations_of([Apply("pow", (x, seven))]), operations_of([Apply("exp", (x,)), x])
    (4, 20)
    """
    waiting, seen, total = [*lowered(nodes)], set[int](), 0
    while waiting:
        each = waiting.pop()
        if id(each) not in seen and constant_of(each) is None:
            seen.add(id(each))
            total += _weight(each)
            waiting += children(each)
    return total


def _weight(node: Node) -> int:
    if isinstance(node, Compare):
        return 1
    if not isinstance(node, Apply):
        return 0
    if node.op not in PYTHON.templates:
        raise NotScalar("Operations on numbers were to be counted, and this is of vectors.")
    return WEIGHTS.get(node.op, _OTHERS)


_OTHERS: Final = 40
_SIMPLE: Final = "add sub mul neg abs norm max min where zeroed relu floor ceil sign log_softmax"
WEIGHTS: Final[dict[str, int]] = {
    **dict.fromkeys(_SIMPLE.split(), 1),
    "leaky_relu": 2,
    "softmax": 2,
    **dict.fromkeys(("div", "sqrt"), 8),
    "rsqrt": 16,
    **dict.fromkeys("exp log log2 log10 log1p expm1".split(), 20),
    "elu": 22,
    "sigmoid": 30,  # a negation, an exponential, an addition and a division
    "silu": 30,
    "softplus": 44,
    "pow": 60,
}
