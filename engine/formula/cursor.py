"""Where a reader is in its tokens."""

from __future__ import annotations

from collections.abc import Sequence

from engine.formula.mistakes import Mistake, clipped
from engine.formula.tokens import Kind, Token

PAIRS = {"(": ")", "[": "]"}


class Cursor:
    """Tokens taken one by one; behind the last one stands END, however often it is asked for."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
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

    def close(self, opening: Token) -> Token:
        """The bracket that closes `opening`; raises `Mistake` where something else stands."""
        wanted = PAIRS[opening.text]
        if token := self.accept(Kind.CLOSING, wanted):
            return token
        token = self.peek()
        if token.kind is Kind.END:
            raise Mistake(
                "mistake.unclosed", opening.start, opening.end, bracket=opening.text, wanted=wanted
            )
        if token.kind is Kind.COMMA:
            raise Mistake("mistake.comma", token.start, token.end)
        if token.kind is Kind.CLOSING:
            values = {"bracket": token.text, "wanted": wanted, "opening": opening.text}
            raise Mistake("mistake.other_bracket", token.start, token.end, **values)
        raise self.unexpected(token)

    def source(self, start: int, end: int) -> str:
        """The text between two places, short enough to be quoted."""
        return clipped(self.text[start:end].strip())

    def unexpected(self, token: Token) -> Mistake:
        """What to say of a token that cannot stand where it does."""
        start, end = token.start, token.end
        match token.kind:
            case Kind.END:
                return Mistake("mistake.ends", start, end)
            case Kind.CLOSING:
                return Mistake("mistake.unopened", start, end, bracket=token.text)
            case Kind.EQUALS:
                return Mistake("mistake.equation", start, end)
            case Kind.RELATION:
                return Mistake("mistake.comparison", start, end, text=token.text)
            case Kind.SEMICOLON | Kind.QUOTE:
                return Mistake("mistake.program", start, end)
            case Kind.BREAK:
                return Mistake("mistake.second_formula", start, end)
            case Kind.OTHER:
                return Mistake("mistake.character", start, end, text=token.text)
            case Kind.NUMBER | Kind.NAME:
                return Mistake("mistake.no_sign", start, end, text=clipped(token.text))
        return Mistake("mistake.unexpected", start, end, text=token.text)
