"""What one part of /root says, and the interval that a double comparison is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.formula.reading.mistakes import Mistake
from engine.formula.reading.root_words import Part
from engine.formula.reading.tokens import Kind, Token


@dataclass(slots=True)
class Asked:
    """What one part says: the word that begins it, and the tokens behind that word."""

    part: Part
    word: Token
    tokens: list[Token] = field(default_factory=list)


def compared(asked: Asked) -> Asked:
    """`0 < x < 2` as the interval that it is; any other part as it stands.

    Raises `Mistake` for a comparison that bounds no interval: `x > 0`.

    >>> from engine.formula.reading.tokens import tokens
    >>> read = tokens("0 < x < 2")[:-1]
    >>> [token.text for token in compared(Asked(Part.POINT, read[0], read)).tokens]
    ['0', ',', '2']
    """
    found = asked.tokens
    signs = [at for at, token in enumerate(found) if token.kind is Kind.RELATION]
    if asked.part is not Part.POINT or not signs:
        return asked
    if not _bounds(found, signs):
        raise Mistake("mistake.bracket_two", found[0].start, found[-1].end)
    first, second = signs
    low, high = found[:first], found[second + 1 :]
    if found[first].text[0] == ">":
        low, high = high, low
    between = Token(Kind.COMMA, ",", found[first].start, found[first].end)
    return Asked(Part.BRACKET, asked.word, [*low, between, *high])


def _bounds(found: Sequence[Token], signs: Sequence[int]) -> bool:
    """Whether a name stands between two numbers, compared alike."""
    if len(signs) != 2 or signs[0] == 0 or signs[1] == len(found) - 1:
        return False
    first, second = (found[at].text[0] for at in signs)
    name = signs[1] == signs[0] + 2 and found[signs[0] + 1].kind is Kind.NAME
    return name and first == second and first in "<>"
