"""The text of a formula, cut into tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Final

from engine.formula.reading.spelled import LOOKALIKES, SUPERSCRIPTS


class Kind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    NAME = "name"
    RAISED = "raised"  # superscripts
    SIGN = "sign"  # + - * / ^ @
    RELATION = "relation"
    EQUALS = "equals"
    OPENING = "opening"
    CLOSING = "closing"
    BAR = "bar"
    ROOT = "root"
    COMMA = "comma"
    SEMICOLON = "semicolon"
    COLON = "colon"
    DOT = "dot"
    PRIME = "prime"
    BREAK = "break"  # the end of a line
    QUOTE = "quote"
    OTHER = "other"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text, where it stands, and whether a space stands before it."""

    kind: Kind
    text: str
    start: int
    end: int
    spaced: bool = False


_LETTER = r"A-Za-z_\u0370-\u03ff\u0400-\u04ff"
_FRACTIONS: Final = {
    "½": "1/2",
    "⅓": "1/3",
    "⅔": "2/3",
    "¼": "1/4",
    "¾": "3/4",
    "⅕": "1/5",
    "⅙": "1/6",
    "⅛": "1/8",
}
_NUMBER = r"[½⅓⅔¼¾⅕⅙⅛]|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_DECIMAL_COMMA = r"[0-9]+,[0-9]+(?:[eE][+-]?[0-9]+)?(?![.0-9])"
_REST = (
    rf"|(?P<name>[{_LETTER}][{_LETTER}0-9]*)"
    rf"|(?P<raised>[{re.escape(SUPERSCRIPTS)}]+)"
    r"|(?P<relation>[<>=!]=|[<>≤≥≠])|(?P<equals>=)|(?P<sign>\*\*|[-+*/^@])"
    r"|(?P<opening>[(\[])|(?P<closing>[)\]])|(?P<bar>[|‖])|(?P<root>√)|(?P<comma>,)"
    r"|(?P<semicolon>;)|(?P<colon>:)|(?P<dot>\.)|(?P<prime>')|(?P<break>\n)|(?P<quote>[\"“”«»])"
    r"|(?P<other>\S)"
)
_WITHIN: Final = re.compile(rf" *(?:(?P<number>{_NUMBER}){_REST})")
_OUTSIDE: Final = re.compile(rf" *(?:(?P<number>{_DECIMAL_COMMA}|{_NUMBER}){_REST})")
_PLAIN: Final = {"**": "^", "≤": "<=", "≥": ">=", "≠": "!="}


def tokens(text: str) -> list[Token]:
    """The tokens of a spelled text, in order, the last one END.

    Between digits a comma is decimal outside all brackets; within them it separates. Cyrillic
    letters in a name that could be Latin throughout are taken for Latin.

    >>> [token.text for token in tokens("2,5x + f(2,5)")]
    ['2.5', 'x', '+', 'f', '(', '2', ',', '5', ')', '']
    """
    found: list[Token] = []
    at, depth = 0, 0
    while match := (_WITHIN if depth else _OUTSIDE).match(text, at):
        at = match.end()
        kind = Kind(match.lastgroup or "")
        start, end = match.span(kind)
        written = _written(kind, match[kind])
        found.append(Token(kind, written, start, end, spaced=start > match.start()))
        depth = inside(found[-1], depth)
    end = found[-1].end if found else 0
    while found and (found[-1].text == "?" or found[-1].kind is Kind.DOT):  # of the sentence
        found.pop()
    return [*_joined(found), Token(Kind.END, "", end, end)]


def taken_for_latin(found: list[Token], text: str) -> list[str]:
    """The Cyrillic letters of `text` that stand for Latin ones in the tokens, each once."""
    pairs = [
        (written, read)
        for token in found
        if token.kind is Kind.NAME
        for written, read in zip(text[token.start : token.end], token.text, strict=True)
    ]
    return list(dict.fromkeys(written for written, read in pairs if written != read))


def _written(kind: Kind, text: str) -> str:
    if kind is Kind.NUMBER:
        return _FRACTIONS.get(text) or text.replace(",", ".")
    if kind is Kind.NAME and not text.isascii():
        latin = text.translate(LOOKALIKES)
        return text if any("\u0400" <= letter <= "\u04ff" for letter in latin) else latin
    return _PLAIN.get(text, text)


def _joined(found: list[Token]) -> list[Token]:
    """Without the breaks inside brackets and beside a sign, where a formula goes on."""
    kept: list[Token] = []
    depth = 0
    for token, after in zip_longest(found, found[1:]):
        depth = inside(token, depth)
        if token.kind is Kind.BREAK and (
            depth or not kept or _goes_on(kept[-1]) or after is None or _goes_on(after)
        ):
            continue
        kept.append(token)
    return kept


def _goes_on(token: Token) -> bool:
    return token.kind in (Kind.SIGN, Kind.EQUALS, Kind.RELATION, Kind.COMMA, Kind.BREAK)


def inside(token: Token, depth: int) -> int:
    """How many brackets are open behind a token, when so many were before it."""
    return max(0, depth + (token.kind is Kind.OPENING) - (token.kind is Kind.CLOSING))
