"""The smallest sub-expression that is to blame, found by computing every one of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Final

import torch
from mpmath import mp, mpf

from engine.formula.exact import exact
from engine.formula.limits import DIGITS
from engine.formula.tree import Apply, Compare, Formula, Name, Node, children, names_in, walk
from engine.formula.writing.torch_function import torch_function
from engine.witnesses.case import Case, numbers_of

Real = Any  # mpf: mpmath has no types

# Functions that are not defined everywhere, and the argument that decides.
LIMITED: Final = {
    **dict.fromkeys(("log", "log2", "log10", "log1p", "sqrt", "rsqrt", "asin", "acos", "pow"), 0)
}

NUDGE: Final = mpf("1e-25")  # relatively; half of the digits remain


def inner_first(node: Node) -> Iterator[Node]:
    """Everything in a node that has a value, arguments before what is made of them."""
    found = [each for each in walk(node) if not isinstance(each, Compare)]
    yield from reversed(found)


def first_undefined(case: Case, node: Node) -> Apply | None:
    """The innermost operation whose value is nan though its arguments are numbers."""
    return _first(case, node, lambda value: any(map(mp.isnan, value)))


def first_infinite(case: Case, node: Node) -> Apply | None:
    """The innermost operation whose value is infinite though its arguments are finite."""
    return _first(case, node, lambda value: any(map(mp.isinf, value)))


def _first(case: Case, whole: Node, bad: Callable[[list[Real]], bool]) -> Apply | None:
    for node in inner_first(whole):
        if isinstance(node, Apply) and bad(numbers_of(case.at_fifty(node))):
            return node
    return None


def first_overflow(case: Case, dtype: torch.dtype) -> Apply | None:
    """The innermost operation whose value is finite, and past torch's numbers of this dtype."""
    most = torch.finfo(dtype).max
    for node in inner_first(case.formula.body):
        if not isinstance(node, Apply):
            continue
        sizes = [abs(each) for each in _numbers(case, node)]
        if any(most < size < mp.inf for size in sizes):
            return node
    return None


def first_underflow(case: Case, dtype: torch.dtype) -> Apply | None:
    """The innermost operation that is not 0, and 0 in torch's numbers of this dtype."""
    for node in inner_first(case.formula.body):
        if not isinstance(node, Apply) or node.op in ("add", "sub", "sum"):
            continue
        rounded, right = numbers_of(case.in_torch(node, dtype)), _numbers(case, node)
        if any(not r and x for r, x in zip(rounded, right, strict=True)):
            return node
    return None


def _numbers(case: Case, node: Node) -> list[Real]:
    return numbers_of(case.at_fifty(node))


def lost_digits(case: Case) -> tuple[Apply, int] | None:
    """The operation that magnifies an error of its arguments most, and by how many digits.

    For y of x the factor is |x · y'(x) / y|: x - z of nearly equal numbers, sin of a large one.
    """
    worst: tuple[Apply, int] | None = None
    for node in walk(case.formula.body):
        if not isinstance(node, Apply) or any(isinstance(each, Compare) for each in node.args):
            continue
        lost = _magnified(case, node)
        if lost > (worst[1] if worst else 0):
            worst = node, lost
    return worst


def _magnified(case: Case, node: Apply) -> int:
    names = [f"a{place}" for place in range(len(node.args))]
    alone = Apply(node.op, tuple(map(Name, names)), node.dim)
    values = dict(zip(names, map(case.at_fifty, node.args), strict=True))
    before = numbers_of(exact(alone, values))
    worst = mpf(1)
    with mp.workdps(DIGITS):
        for name, value in values.items():
            after = numbers_of(exact(alone, {**values, name: value * (1 + NUDGE)}))
            for x, y in zip(before, after, strict=True):
                if x and mp.isfinite(x) and mp.isfinite(y):
                    worst = max(worst, abs((y - x) / (x * NUDGE)))
    return int(mp.floor(mp.log10(worst)))


def infinite_slope(case: Case) -> tuple[Apply, str] | None:
    """The innermost operation whose own derivative is infinite (or nan) at its argument.

    Found by torch: a backward through this operation alone. The name is the argument's text.
    """
    for node in inner_first(case.formula.body):
        if isinstance(node, Apply) and names_in(node):
            local = _local(case, node)
            if local is not None and not math.isfinite(local):
                return node, repr(local)
    return None


def _local(case: Case, node: Apply) -> float | None:
    """The largest derivative of an operation by one of its arguments, the rest held."""
    names = [f"a{place}" for place in range(len(node.args))]
    if any(isinstance(each, Compare) for each in children(node)):
        return None
    values = [case.in_torch(each).detach().requires_grad_() for each in node.args]
    alone = Apply(node.op, tuple(map(Name, names)), node.dim)
    result = torch_function(Formula("f", tuple(names), alone))(*values)
    if not result.requires_grad or not all(torch.isfinite(each).all() for each in values):
        return None
    varying = [value for value, each in zip(values, node.args, strict=True) if names_in(each)]
    slopes = torch.autograd.grad(result.sum(), varying, allow_unused=True)
    for slope in slopes:
        if slope is not None and not bool(torch.isfinite(slope).all()):
            return float(slope[~torch.isfinite(slope)].flatten()[0])
    return 0.0
