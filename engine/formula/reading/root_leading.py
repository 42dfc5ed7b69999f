"""What stands before the formula of /root: `найди корень уравнения`, `solve for x:`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.formula.reading.calls import function
from engine.formula.reading.glued import is_single
from engine.formula.reading.root_words import PASSED, ROOT_SIGN, SQUARE
from engine.formula.reading.tokens import Kind, Token

_BETWEEN: Final = (Kind.COMMA, Kind.SEMICOLON, Kind.BREAK, Kind.DOT, Kind.COLON)


def without_leading(tokens: Sequence[Token], plain: str) -> list[Token]:
    """The tokens of `plain` from the formula on, `корень из` as the function that it is.

    >>> from engine.formula.reading.tokens import tokens
    >>> text = "корень уравнения x = корень из 2"
    >>> [token.text for token in without_leading(tokens(text), text)]
    ['x', '=', 'sqrt', '2', '']
    """
    kept = _with_root_signs(tokens, plain)
    at = 0
    while _is_leading(kept[at], kept[min(at + 1, len(kept) - 1)], plain):
        at += 1
    return kept[at:]


def _with_root_signs(tokens: Sequence[Token], plain: str) -> list[Token]:
    kept: list[Token] = []
    for token in tokens:
        if not kept or _word(token, plain) != "из" or _word(kept[-1], plain) not in ROOT_SIGN:
            kept.append(token)
            continue
        root = kept.pop()
        if kept and _word(kept[-1], plain) in SQUARE:
            kept.pop()
        kept.append(Token(Kind.NAME, "sqrt", root.start, root.end, root.spaced))
    return kept


def _is_leading(token: Token, after: Token, plain: str) -> bool:
    """Whether a token comes before the formula: a word, what separates it, the x of `find x:`."""
    if token.kind is not Kind.NAME:
        return token.kind in _BETWEEN
    if after.kind is Kind.EQUALS or token.text == "sqrt":
        return False
    if after.kind is Kind.COLON and is_single(token.text):
        return True
    called = after.text == "(" and not after.spaced and function(token.text) is not None
    return _word(token, plain) in PASSED and not called


def _word(token: Token, plain: str) -> str:
    return plain[token.start : token.end].lower()
