"""Derivatives as they are named: `df/dx`, `∂f/∂x`, `f'(x)`, `f'`, `f_x`, `x:`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.formula.reading.tokens import Kind, Token


@dataclass(frozen=True, slots=True)
class Named:
    """The variable of a derivative, where its name says one, and how many tokens it took."""

    variable: Token | None
    length: int


def named_derivative(tokens: Sequence[Token]) -> Named | None:
    """The derivative that is named where `tokens` begin, up to the sign before what it is."""
    end = next((at for at, token in enumerate(tokens[:9]) if is_sign(token)), None)
    if not end:
        return None
    texts = "".join(token.text for token in tokens[:end])
    last = tokens[end - 1]
    if "/" in texts and texts[0] in "d∂" and last.kind is Kind.NAME:
        return Named(_without_d(last, tokens[end - 2]), end + 1)
    if tokens[min(1, end - 1)].kind is Kind.PRIME:
        variable = tokens[end - 2] if last.text == ")" else last
        named = variable.kind is Kind.NAME and end > 2
        return Named(_bare(variable) if named else None, end + 1)
    if end == 1 and last.kind is Kind.NAME:
        return Named(_bare(last), 2)
    return None


def is_sign(token: Token) -> bool:
    """Whether what follows is said of what stands before."""
    return token.kind in (Kind.EQUALS, Kind.COLON)


def _without_d(name: Token, before: Token) -> Token | None:
    """The x of `dx` and of `∂x`."""
    if before.text == "∂":
        return name
    if name.text.startswith("d") and len(name.text) > 1:
        return Token(Kind.NAME, name.text[1:], name.start + 1, name.end)
    return None


def _bare(name: Token) -> Token:
    """The x of `f_x` and of `f'_x`."""
    front, _, variable = name.text.rpartition("_")
    if variable and not variable.isdecimal() and len(front) < 2 and "_" in name.text:
        return Token(Kind.NAME, variable, name.end - len(variable), name.end)
    return name
