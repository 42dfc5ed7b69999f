"""Activations, differentiated; at a kink as torch has it."""

from __future__ import annotations

from typing import Final

from engine.derivation.rule import Rule, of_one
from engine.derivation.tidy import ONE, TWO, ZERO, apply, minus, negated, number, over, plus, power
from engine.derivation.tidy import times as product
from engine.formula.shapes import Sizes
from engine.formula.tree import Apply, Compare, Constant, Node


def _if_positive(u: Node, then: Node, otherwise: Node) -> Node:
    return apply("where", Compare(">", u, ZERO), then, otherwise)


def _leaky_relu(node: Apply, place: int, sizes: Sizes) -> Node:
    u, slope = node.args if len(node.args) > 1 else (node.args[0], number("0.01"))
    return _if_positive(u, ONE, slope) if place == 0 else _if_positive(u, ZERO, u)


def _elu(node: Apply, place: int, sizes: Sizes) -> Node:
    u, alpha = node.args if len(node.args) > 1 else (node.args[0], ONE)
    if place == 1:
        return _if_positive(u, ZERO, apply("expm1", u))
    return _if_positive(u, ONE, product(alpha, apply("exp", u)))


def _sigmoid(u: Node) -> Node:
    s = apply("sigmoid", u)
    return product(s, minus(ONE, s))


def _silu(u: Node) -> Node:
    """σ + uσ(1 - σ)."""
    return plus(apply("sigmoid", u), product(u, _sigmoid(u)))


def _gelu(u: Node) -> Node:
    """Φ(u) + uφ(u), with the distribution function and the density of the normal law."""
    root = apply("sqrt", TWO)
    below = over(plus(ONE, apply("erf", over(u, root))), TWO)
    bell = apply("exp", negated(over(power(u, TWO), TWO)))
    density = over(bell, apply("sqrt", product(TWO, Constant("pi"))))
    return plus(below, product(u, density))


def _erf(u: Node) -> Node:
    bell = apply("exp", negated(power(u, TWO)))
    return over(product(TWO, bell), apply("sqrt", Constant("pi")))


ACTIVATIONS: Final[dict[str, Rule]] = {
    "relu": of_one("rule.relu", lambda u: _if_positive(u, ONE, ZERO)),
    "leaky_relu": Rule("rule.leaky_relu", _leaky_relu),
    "elu": Rule("rule.elu", _elu),
    "gelu": of_one("rule.gelu", _gelu),
    "silu": of_one("rule.silu", _silu),
    "sigmoid": of_one("rule.sigmoid", _sigmoid),
    "softplus": of_one("rule.softplus", lambda u: apply("sigmoid", u)),
    "erf": of_one("rule.erf", _erf),
}
