"""Every operation on numbers as sympy knows it: its own where that is harmless, else closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import sympy

from engine.formula.limits import EXPONENT

Expr = Any  # sympy.Expr: sympy has no types

LARGEST_BITS: Final = 10_000  # of a whole number that sympy may write out
OPEN_NODES: Final = 30  # of what sympy may look for the sign of


class NoExpression(Exception):
    """A vector, a matrix, or a number too large to be written out."""


def _power(base: Expr, exponent: Expr) -> Expr:
    if base.is_Rational and exponent.is_Rational:
        bits = max(abs(base.p).bit_length(), base.q.bit_length())
        if bits * abs(exponent) > LARGEST_BITS:
            raise NoExpression
    if exponent.is_Rational and abs(exponent) > EXPONENT:
        raise NoExpression
    return base**exponent


def closed(name: str) -> Callable[..., Expr]:
    """A real function of that name, of which sympy knows nothing else."""
    return lambda *args: sympy.Function(name, real=True)(*args)


def _extreme(name: str) -> Callable[..., Expr]:
    return lambda *args: args[0] if len(args) == 1 else closed(name)(*args)


def _sign_of(opened: Callable[[Expr], Expr], name: str) -> Callable[[Expr], Expr]:
    def applied(x: Expr) -> Expr:
        short = sum(1 for _ in sympy.preorder_traversal(x)) <= OPEN_NODES
        return opened(x) if short else closed(name)(x)

    return applied


def _same(x: Expr, *_: Expr) -> Expr:
    return x


def _one(*_: Expr) -> Expr:
    return sympy.Integer(1)


RELATIONS: Final = {
    "<": "less",
    "<=": "at_most",
    ">": "greater",
    ">=": "at_least",
    "==": "equal",
    "!=": "unequal",
}
_OWN: Final = "sin cos tan asin acos atan sinh cosh tanh exp log sqrt erf"
_CLOSED: Final = "floor ceil relu gelu silu sigmoid softplus leaky_relu elu clamp where"
# On a number alone these do nothing; what needs a vector or a matrix has no line here.
_NOTHING: Final = "sum mean prod logsumexp like unlike along zeroed"

SYMPY: Final[dict[str, Callable[..., Expr]]] = {
    **{name: getattr(sympy, name) for name in _OWN.split()},
    **{name: closed(name) for name in _CLOSED.split()},
    **dict.fromkeys(_NOTHING.split(), _same),
    **dict.fromkeys(("count", "others", "softmax"), _one),
    "max": _extreme("max"),
    "min": _extreme("min"),
    "abs": _sign_of(sympy.Abs, "abs"),
    "norm": _sign_of(sympy.Abs, "abs"),
    "sign": _sign_of(sympy.sign, "sign"),
    "log2": lambda x: sympy.log(x) / sympy.log(2),
    "log10": lambda x: sympy.log(x) / sympy.log(10),
    "log1p": lambda x: sympy.log(1 + x),
    "expm1": lambda x: sympy.exp(x) - 1,
    "rsqrt": lambda x: 1 / sympy.sqrt(x),
    "log_softmax": lambda x: sympy.Integer(0),
    "neg": lambda x: -x,
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": _power,
}
