"""Nodes as they are made: counted, and a constant power checked before anyone computes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from engine.formula.limits import DEPTH, DIGITS, EXPONENT, NODES
from engine.formula.reading.mistakes import Mistake
from engine.formula.reading.numbers import NoNumber, TooLarge, constant, is_constant
from engine.formula.reading.tokens import Token
from engine.formula.tree import Apply, Constant, Node, Number, walk

_ARITHMETIC: Final = frozenset({"add", "sub", "mul", "div", "neg", "pow"})
Made = TypeVar("Made", bound=Node)


class Builder:
    """Makes the nodes of one text, within the limits."""

    def __init__(self) -> None:
        self._depth = 0
        self._nodes = 0

    def enter(self, at: Token) -> None:
        """One deeper; raises `Mistake` before the stack is at risk."""
        self._depth += 1
        if self._depth > DEPTH:
            raise Mistake("mistake.deep", at.start, at.end, most=DEPTH)

    def leave(self) -> None:
        """Back up again."""
        self._depth -= 1

    def made(self, node: Made, at: Token) -> Made:
        """The node, counted; raises `Mistake` for one too many."""
        self._nodes += 1
        if self._nodes > NODES:
            raise Mistake("mistake.nodes", at.start, at.end, most=NODES)
        return node

    def uncounted(self, work: Callable[[], Node]) -> Node:
        """What `work` makes, its nodes forgotten once it is made."""
        before = self._nodes
        node = work()
        self._nodes = before
        return node

    def apply(self, op: str, *args: Node, at: Token) -> Node:
        """The operation on its arguments; a minus before a number is its sign."""
        if op == "neg" and isinstance(args[0], Number) and args[0].value > 0:
            return Number(-args[0].value)
        return self.made(Apply(op, args), at)

    def power(self, base: Node, exponent: Node, at: Token, end: int) -> Node:
        """A power, of e as `exp`; a rational constant exponent becomes one number.

        Raises `Mistake` where the exponent, or a power of numbers, is too large to compute.
        """
        if is_constant(exponent):
            exponent = _exponent(exponent, at.start, end)
        if base == Constant("e"):
            return self.apply("exp", exponent, at=at)
        node = Apply("pow", (base, exponent))
        if is_constant(node):
            _value(node, at.start, end)
        return self.made(node, at)


def _exponent(node: Node, start: int, end: int) -> Node:
    value = _value(node, start, end)
    if value is None or not isinstance(value, Number):
        return node
    if abs(value.value) > EXPONENT:
        raise Mistake("mistake.exponent", start, end, most=EXPONENT)
    short = value.value.denominator < 10**DIGITS
    return value if short and _is_rational(node) else node


def _value(node: Node, start: int, end: int) -> Number | None:
    try:
        return Number(constant(node))
    except TooLarge:
        raise Mistake("mistake.exponent", start, end, most=EXPONENT) from None
    except NoNumber:
        return None


def _is_rational(node: Node) -> bool:
    return all(
        isinstance(each, Number) or (isinstance(each, Apply) and each.op in _ARITHMETIC)
        for each in walk(node)
    )
