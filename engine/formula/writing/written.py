"""A part of a formula as written so far, with what brackets around it depend on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How tightly a text holds together."""

    COMPARED = 0
    SUM = 1
    QUOTIENT = 2  # also a @ b
    PRODUCT = 3
    POWER = 4
    ATOM = 5


@dataclass(frozen=True, slots=True)
class Written:
    """`body` without its sign; the factors of a product, the terms of a sum before their joining.

    A term carries its sign; the text of a sum has none of its own.
    """

    level: Level
    body: str
    negative: bool = False
    factors: tuple[str, ...] = ()
    terms: tuple[tuple[bool, str], ...] = ()

    @property
    def text(self) -> str:
        return f"-{self.body}" if self.negative else self.body

    def at_least(self, level: Level) -> str:
        """The text, in brackets where it has a sign or holds together less tightly."""
        return self.body if self.level >= level and not self.negative else f"({self.text})"


def terms_of(written: Written) -> tuple[tuple[bool, str], ...]:
    """The terms of a sum, or the one that it is."""
    return written.terms or ((written.negative, written.body),)


def sum_of(terms: tuple[tuple[bool, str], ...]) -> Written:
    """Terms with their signs between them: never `a + -b`."""
    (negative, text), *rest = terms
    signed = [f" {'-' if below else '+'} {term}" for below, term in rest]
    return Written(Level.SUM, ("-" if negative else "") + text + "".join(signed), terms=terms)
