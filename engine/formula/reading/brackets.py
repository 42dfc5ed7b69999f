"""Whether every bracket of a text has its other half."""

from __future__ import annotations

from collections.abc import Sequence

from engine.formula.limits import DEPTH
from engine.formula.reading.mistakes import Mistake
from engine.formula.reading.tokens import Kind, Token

PAIRS = {"(": ")", "[": "]"}


def check_brackets(tokens: Sequence[Token]) -> None:
    """Raises `Mistake` at a bracket without its other half, or nested too deep.

    >>> check_brackets([Token(Kind.CLOSING, ")", 3, 4)])
    Traceback (most recent call last):
    engine.formula.reading.mistakes.Mistake: mistake.unopened
    """
    waiting: list[Token] = []
    for token in tokens:
        if token.kind is Kind.OPENING:
            waiting.append(token)
        if len(waiting) > DEPTH:
            raise Mistake("mistake.deep", token.start, token.end, most=DEPTH)
        if token.kind is Kind.CLOSING:
            _match(waiting, token)
    if waiting:
        opening = waiting[-1]
        values = {"bracket": opening.text, "wanted": PAIRS[opening.text]}
        raise Mistake("mistake.unclosed", opening.start, opening.end, **values)


def _match(waiting: list[Token], closing: Token) -> None:
    if not waiting:
        raise Mistake("mistake.unopened", closing.start, closing.end, bracket=closing.text)
    opening = waiting.pop()
    if closing.text != PAIRS[opening.text]:
        values = {"bracket": closing.text, "opening": opening.text, "wanted": PAIRS[opening.text]}
        raise Mistake("mistake.other_bracket", closing.start, closing.end, **values)
