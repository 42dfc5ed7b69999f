"""Where a reader is in its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.formula.reading.brackets import PAIRS
from engine.formula.reading.mistakes import Mistake, clipped
from engine.formula.reading.tokens import Kind, Token

_UNEXPECTED: Final = {
    Kind.END: "mistake.ends",
    Kind.EQUALS: "mistake.equation",
    Kind.RELATION: "mistake.comparison",
    Kind.SEMICOLON: "mistake.program",
    Kind.QUOTE: "mistake.program",
    Kind.COLON: "mistake.program",
    Kind.OTHER: "mistake.character",
    Kind.NUMBER: "mistake.no_sign",
    Kind.NAME: "mistake.no_sign",
    Kind.COMMA: "mistake.comma",
}


class Cursor:
    """Tokens taken one by one; the last one is END, and comes as often as it is asked for."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._at = 0

    def peek(self, ahead: int = 0) -> Token:
        """A token that is still to come."""
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def take(self) -> Token:
        """The next token."""
        token = self.peek()
        self._at += 1
        return token

    @property
    def end(self) -> int:
        """Where the last token that was taken ends."""
        return self._tokens[min(self._at, len(self._tokens)) - 1].end if self._at else 0

    def ahead(self, kind: Kind, text: str = "", ahead: int = 0) -> bool:
        """Whether such a token comes next, or so many later."""
        token = self.peek(ahead)
        return token.kind is kind and text in ("", token.text)

    def accept(self, kind: Kind, text: str = "") -> Token | None:
        """The next token, taken, if it is such a one."""
        return self.take() if self.ahead(kind, text) else None

    def close(self, opening: Token) -> None:
        """Take the bracket that closes `opening`; raises `Mistake` where something else stands."""
        if not self.accept(Kind.CLOSING, PAIRS[opening.text]):
            raise self.unexpected(self.peek())

    def source(self, start: int, end: int) -> str:
        """The text between two places as it was written, short enough to be quoted."""
        return clipped(self._text[start:end].strip())

    def unexpected(self, token: Token) -> Mistake:
        """What to say of a token that cannot stand where it does, of a break by what follows it."""
        if token.kind is Kind.BREAK:
            after = self.peek(1)
            return Mistake("mistake.second_formula", after.start, after.end)
        key = _UNEXPECTED.get(token.kind, "mistake.unexpected")
        values = {"text": clipped(token.text)} if key in _QUOTING else {}
        return Mistake(key, token.start, token.end, **values)


_QUOTING: Final = {
    "mistake.comparison",
    "mistake.character",
    "mistake.no_sign",
    "mistake.unexpected",
}
