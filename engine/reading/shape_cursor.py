"""Where a reader of shapes is in its text, and what it says when it cannot go on."""

from __future__ import annotations

from keyword import iskeyword
from typing import Final

from engine.reading.shape_tokens import Kind, Token, tokens
from engine.records import Note

QUOTED: Final = 60


class Mistake(Exception):
    """What is wrong with a text, on its way out of the reader."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.note = Note(key, values)


class Cursor:
    """The tokens of a text, taken one by one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._at = 0

    def peek(self, ahead: int = 0) -> Token | None:
        """A token that is still to come; None behind the end."""
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def take(self) -> Token:
        """The next token."""
        self._at += 1
        return self._tokens[self._at - 1]

    @property
    def end(self) -> int:
        """Where the last token that was taken ends."""
        return self._tokens[self._at - 1].end

    def ahead(self, kind: Kind, ahead: int = 0) -> bool:
        """Whether such a token comes next, or so many later."""
        token = self.peek(ahead)
        return token is not None and token.kind is kind

    def sent(self, token: Token) -> str:
        """The first character of a token as it was sent, typography and all."""
        return self._text[token.start]

    def touches(self, before: Token, after: Token | None, brackets: str = "") -> bool:
        """Whether nothing stands between two tokens; with `brackets`, nor before the first."""
        closed = not brackets or self._text[before.start - 1 : before.start] in tuple(brackets)
        return after is not None and after.start == before.end and closed

    def unknown(self, token: Token) -> Mistake:
        """A token that is nothing we read; a call or a method is code."""
        text = self.line(token)
        called = token.kind is Kind.WORD and self.ahead(Kind.OPENING)
        if token.text == "." or called or iskeyword(token.text):
            return Mistake("mistake.code", text=text)
        return Mistake("mistake.word", word=clipped(token.text), text=text)

    def unbalanced(self, bracket: Token) -> Mistake:
        """A bracket without its other half."""
        start = self._text.rfind("\n", 0, bracket.start) + 1
        column = bracket.start - start + 1
        text = self.line(bracket)
        return Mistake("mistake.bracket", bracket=bracket.text, column=column, text=text)

    def quote(self, start: Token) -> str:
        """The text from a token to the bracket that closes next, or to the end of the line."""
        rest = self._text[start.start :].partition("\n")[0]
        ends = [rest.find(bracket) for bracket in ")]" if bracket in rest]
        return clipped(rest[: min(ends) + 1] if ends else rest)

    def line(self, token: Token) -> str:
        """The line in which a token stands."""
        start = self._text.rfind("\n", 0, token.start) + 1
        return clipped(self._text[start:].partition("\n")[0].rstrip())


def clipped(text: str) -> str:
    """The text, short enough to be quoted."""
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"
