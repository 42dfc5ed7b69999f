"""Where in a formula a point is special: at a kink, a tie, a jump, a vertical tangent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from mpmath import mp

from engine.formula.tree import Apply, Compare, Node, walk
from engine.witnesses.case import Case, numbers_of


@dataclass(frozen=True, slots=True)
class Special:
    """A sub-expression that is special at the point; `ties`: so many equal largest elements."""

    node: Node
    ties: int = 0


def specials(case: Case) -> Iterator[Special]:
    """Every sub-expression whose rule of differentiation has two sides at this point.

    Whether the whole formula has a kink there is another question: x·|x| has none at 0.
    """
    for node in walk(case.formula.body):
        if not isinstance(node, Apply) or node.op not in SPECIAL:
            continue
        found = SPECIAL[node.op](case, node)
        if found:
            yield Special(node, found if node.op in ("max", "min") else 0)


def _argument_is(*numbers: int) -> Callable[[Case, Apply], int]:
    def is_there(case: Case, node: Apply) -> int:
        elements = numbers_of(case.at_fifty(node.args[0]))
        return sum(any(each == number for number in numbers) for each in elements)

    return is_there


def _argument_is_whole(case: Case, node: Apply) -> int:
    return sum(bool(mp.isint(each)) for each in numbers_of(case.at_fifty(node.args[0])))


def _result_is_zero(case: Case, node: Apply) -> int:
    return sum(each == 0 for each in numbers_of(case.at_fifty(node)))


def _root_of_zero(case: Case, node: Apply) -> int:
    """0 to a power that is not 1, 2, 3, …"""
    base, exponent = (case.at_fifty(each) for each in node.args)
    whole = all(mp.isint(each) and each >= 1 for each in numbers_of(exponent))
    return 0 if whole else sum(each == 0 for each in numbers_of(base))


def _at_a_bound(case: Case, node: Apply) -> int:
    x, *bounds = (case.at_fifty(each) for each in node.args)
    return sum(int(np.sum(np.equal(x, bound))) for bound in bounds)


def _on_the_border(case: Case, node: Apply) -> int:
    condition = node.args[0]
    assert isinstance(condition, Compare)
    left, right = (case.at_fifty(each) for each in (condition.left, condition.right))
    return int(np.sum(np.equal(left, right)))


def _ties(case: Case, node: Apply) -> int:
    """How many share the first largest (smallest) one that is shared."""
    best = np.asarray(case.at_fifty(node), dtype=object)
    if len(node.args) > 1:
        same = sum(np.equal(case.at_fifty(each), best).astype(int) for each in node.args)
    else:
        x = np.asarray(case.at_fifty(node.args[0]), dtype=object)
        whole = best if node.dim is None or not x.ndim else np.expand_dims(best, node.dim)
        axis = node.dim if x.ndim else None
        same = np.sum(np.equal(x, whole).astype(int), axis=axis)
    shared = [int(each) for each in np.asarray(same).reshape(-1) if each > 1]
    return shared[0] if shared else 0


SPECIAL: Final[dict[str, Callable[[Case, Apply], int]]] = {
    **dict.fromkeys(("abs", "sign", "relu", "leaky_relu", "elu"), _argument_is(0)),
    **dict.fromkeys(("sqrt", "rsqrt"), _argument_is(0)),
    **dict.fromkeys(("asin", "acos"), _argument_is(-1, 1)),
    **dict.fromkeys(("floor", "ceil"), _argument_is_whole),
    **dict.fromkeys(("max", "min"), _ties),
    "norm": _result_is_zero,
    "pow": _root_of_zero,
    "clamp": _at_a_bound,
    "where": _on_the_border,
}
