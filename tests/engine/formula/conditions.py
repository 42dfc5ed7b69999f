"""How far rounding may carry a formula from its value: the tolerance of every comparison."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from mpmath import mp, mpf

from engine.formula.exact import Values, exact
from engine.formula.tree import Apply, Array, Compare, Node, children, with_children

DIGITS = 40
TINY, SMALL = Fraction(1, 10**25), Fraction(1, 10**11)


def tolerance(body: Node, values: Values, largest: float = 1e250) -> Any:
    """|f| + Σ |∂f/∂n · n| over all nodes n: the first-order effect of a rounding at each of them.

    None where a kink, a jump, a pole or `largest` is too near for that to hold.
    """
    with mp.workdps(DIGITS):
        value = exact(body, values, DIGITS)
        total = abs(value)
        for path, node in places(body):
            here = exact(node, values, DIGITS)
            if not ordinary(here, largest) or _cancels(node, here, values):
                return None
            if not isinstance(node, Compare):
                effect = _effect(body, path, np.shape(here), values, value)
                if effect is None:
                    return None
                total = total + effect
        return total


def _effect(
    body: Node, path: tuple[int, ...], shape: tuple[int, ...], values: Values, value: Any
) -> Any:
    """|∂f/∂n · n| for the node at a path, each of its elements moved by a share of its own."""
    chance = random.Random(len(path))
    shares = [
        Fraction(chance.choice([-1, 1]) * chance.uniform(0.5, 1)) for _ in range(math.prod(shape))
    ]
    effects = []
    for step in (TINY, SMALL, -SMALL):
        factors = Array(shape, tuple(1 + step * share for share in shares))
        moved = exact(_jogged(body, path, factors), values, DIGITS)
        effects.append(abs(moved - value) * step.denominator / abs(step.numerator))
    first, *others = effects
    return first if all(close(first, each, value) for each in others) else None


def _cancels(node: Node, here: Any, values: Values) -> bool:
    """gelu far left and log_softmax near 0 are small differences of what they are made of.

    So is sin(pi), which floats miss: exactly it is 0.
    """
    if not isinstance(node, Apply) or node.op not in _CANCELLING:
        return False
    argument = abs(np.asarray(exact(node.args[0], values, DIGITS), dtype=object))
    result = abs(np.asarray(here, dtype=object))
    if node.op in ("sin", "cos", "tan"):
        return bool(np.any((result == 0) & (argument != 0)))
    return bool(np.min(result) < np.max(argument) / 1000)


_CANCELLING = ("gelu", "log_softmax", "sin", "cos", "tan")


def close(effect: Any, other: Any, value: Any) -> bool:
    """Whether the two estimates tell of one slope, not of a kink between."""
    bound = np.asarray(abs(effect) + abs(value), dtype=object) * mpf("0.05") + mpf(10) ** -12
    return bool(np.all(np.asarray(abs(effect - other) <= bound, dtype=bool)))


def ordinary(value: Any, largest: float) -> bool:
    """Finite, and neither about to overflow nor what is left of a zero by rounding."""
    numbers = np.asarray(value, dtype=object).flatten()
    return all(
        isinstance(n, bool) or (mp.isfinite(n) and (n == 0 or 1e-30 < abs(n) < largest))
        for n in numbers
    )


def places(node: Node, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Node]]:
    """Every node with the way down to it."""
    yield path, node
    for number, child in enumerate(children(node)):
        yield from places(child, (*path, number))


def _jogged(node: Node, path: tuple[int, ...], factors: Array) -> Node:
    if not path:
        return Apply("mul", (node, factors))
    first, *rest = path
    below = list(children(node))
    below[first] = _jogged(below[first], tuple(rest), factors)
    return with_children(node, tuple(below))
