"""Zeros that are none: what is smaller than e^-1000000 counts as 0 even at fifty digits."""

from __future__ import annotations

from typing import Any, Final

from mpmath import mp, mpf

from engine.formula.exact import Values, parts_of
from engine.formula.tree import Apply, Node, walk

# Those that are 0 only where an argument is; exp and its kin nowhere.
NEVER_ZERO: Final = frozenset(
    ("mul", "div", "pow", "rsqrt", "exp", "sigmoid", "softplus", "silu", "gelu")
)


def underflows(node: Node, values: Values) -> bool:
    """Whether some part of a node is 0 only because nothing smaller can be told from it.

    >>> from engine.formula.tree import Name
    >>> underflows(Apply("exp", (Name("x"),)), {"x": mpf(-2_000_000)})
    True
    >>> underflows(Apply("mul", (Name("x"), Name("x"))), {"x": mpf(0)})
    False
    """
    parts = parts_of(node, values, mp.dps)
    return any(
        parts[id(each)] == 0 and all(_full(parts[id(arg)]) for arg in each.args)
        for each in walk(node)
        if isinstance(each, Apply) and each.op in NEVER_ZERO and id(each) in parts
    )


def _full(value: Any) -> bool:
    return isinstance(value, mpf) and bool(mp.isfinite(value)) and value != 0
