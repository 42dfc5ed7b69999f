"""Signs and the functions of one number, differentiated."""

from __future__ import annotations

from typing import Final

from engine.derivation.rule import Rule, of_one
from engine.derivation.tidy import (
    ONE,
    TWO,
    ZERO,
    apply,
    minus,
    negated,
    number,
    over,
    plus,
    power,
    times,
)
from engine.formula.shapes import Sizes
from engine.formula.tree import Apply, Constant, Node, Number


def _square(u: Node) -> Node:
    return power(u, TWO)


def _factor(node: Apply, place: int, sizes: Sizes) -> Node:
    return node.args[1 - place]


def _quotient(node: Apply, place: int, sizes: Sizes) -> Node:
    above, below = node.args
    if place == 0:
        return over(ONE, below)
    return negated(apply("div", above, _square(below)))


def _power(node: Apply, place: int, sizes: Sizes) -> Node:
    u, v = node.args
    return _by_base(u, v) if place == 0 else _by_exponent(node, u, v)


def _by_base(u: Node, n: Node) -> Node:
    slope = times(n, power(u, minus(n, ONE)))
    return slope if isinstance(n, Number) else apply("zeroed", slope, n)


def _by_exponent(node: Apply, a: Node, v: Node) -> Node:
    # torch: the derivative of 0^v is 0, not 0 · log(0).
    slope = times(node, apply("log", a))
    positive = isinstance(a, Constant) or (isinstance(a, Number) and a.value > 0)
    return slope if positive else apply("zeroed", slope, a)


def _inverse(u: Node) -> Node:
    return over(ONE, u)


def _arc(u: Node) -> Node:
    return _inverse(apply("sqrt", minus(ONE, _square(u))))


def _of_base(base: int) -> Rule:
    def derivative(u: Node) -> Node:
        return over(ONE, times(u, apply("log", number(base))))

    return of_one("rule.logarithm", derivative)


FUNCTIONS: Final[dict[str, Rule]] = {
    "add": Rule("rule.sum", lambda node, place, sizes: ONE),
    "sub": Rule("rule.sum", lambda node, place, sizes: number((1, -1)[place])),
    "neg": Rule("rule.sign_changed", lambda node, place, sizes: number(-1)),
    "mul": Rule("rule.product", _factor),
    "div": Rule("rule.quotient", _quotient),
    "pow": Rule("rule.power", _power),
    "sin": of_one("rule.sin", lambda u: apply("cos", u)),
    "cos": of_one("rule.cos", lambda u: negated(apply("sin", u))),
    "tan": of_one("rule.tan", lambda u: _inverse(_square(apply("cos", u)))),
    "asin": of_one("rule.asin", _arc),
    "acos": of_one("rule.acos", lambda u: negated(_arc(u))),
    "atan": of_one("rule.atan", lambda u: _inverse(plus(ONE, _square(u)))),
    "sinh": of_one("rule.sinh", lambda u: apply("cosh", u)),
    "cosh": of_one("rule.cosh", lambda u: apply("sinh", u)),
    "tanh": of_one("rule.tanh", lambda u: minus(ONE, _square(apply("tanh", u)))),
    "exp": of_one("rule.exponential", lambda u: apply("exp", u)),
    "expm1": of_one("rule.exponential", lambda u: apply("exp", u)),
    "log": of_one("rule.logarithm", _inverse),
    "log1p": of_one("rule.logarithm", lambda u: _inverse(plus(ONE, u))),
    "log2": _of_base(2),
    "log10": _of_base(10),
    "sqrt": of_one("rule.sqrt", lambda u: _inverse(times(TWO, apply("sqrt", u)))),
    "rsqrt": of_one(
        "rule.rsqrt", lambda u: over(negated(power(apply("rsqrt", u), number(3))), TWO)
    ),
    "abs": of_one("rule.abs", lambda u: apply("sign", u)),
    **dict.fromkeys(("sign", "floor", "ceil"), of_one("rule.steps", lambda u: ZERO)),
}
