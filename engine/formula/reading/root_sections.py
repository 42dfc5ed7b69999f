"""The parts of /root: a formula or an equation, and what is said behind it, in any order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.formula.reading.asked import Asked, compared
from engine.formula.reading.calls import MODULES, function
from engine.formula.reading.names import CONSTANTS
from engine.formula.reading.root_leading import without_leading
from engine.formula.reading.root_words import (
    DTYPES,
    FILLING,
    INFINITE,
    JOINING,
    LOOSE,
    NOUNS,
    PARTS,
    Part,
)
from engine.formula.reading.tokens import Kind, Token, inside

SEPARATORS: Final = (Kind.COMMA, Kind.SEMICOLON, Kind.BREAK)
_ENDS: Final = (*SEPARATORS, Kind.DOT, Kind.COLON)
_OPEN: Final = (Kind.SIGN, Kind.EQUALS, Kind.RELATION)  # an operand must follow
_ZEROTH: Final = re.compile(r"[^\W\d_]_?0\Z")  # x0
_MOST_JOINING: Final = 3
_MOST_FILLING: Final = 6
_MOST_COMPARED: Final = 12
_FOLLOWED_BY_NAME: Final = frozenset(["по", "wrt", "относительно"])


@dataclass(slots=True)
class RootSections:
    """The formula with all of its `=`, and the other parts in the order of the text."""

    body: list[Token] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def of(self, part: Part) -> Asked:
        """The first that says so."""
        return next(asked for asked in self.asked if asked.part is part)

    @property
    def point(self) -> list[Token]:
        """The values of inputs; not the x of `for x`."""
        given = [asked.tokens for asked in self.asked if asked.part is Part.POINT]
        valued = [part for part in given if not _is_subject(part)]
        return [token for part in valued for token in part]


def root_sections(tokens: Sequence[Token], plain: str) -> RootSections:
    """The parts of `plain`, whose tokens these are, the last one being END.

    >>> from engine.formula.reading.tokens import tokens
    >>> found = root_sections(tokens("x^2 = 2 on 0 2"), "x^2 = 2 on 0 2")
    >>> [token.text for token in found.body], [asked.part.value for asked in found.asked]
    (['x', '^', '2', '=', '2'], ['bracket'])
    """
    return _Splitter(tokens, plain).split()


class _Splitter:
    def __init__(self, tokens: Sequence[Token], plain: str) -> None:
        self._plain = plain
        self._tokens = without_leading(tokens, plain)
        self._at = 0
        self._found = RootSections()
        self._part = self._found.body

    def split(self) -> RootSections:
        depth = 0
        while (token := self._peek()).kind is not Kind.END:
            if depth or not self._begins_part():
                depth = inside(token, depth)
                self._part.append(token if depth else self._between(token))
                self._at += 1
        _trim(self._part)
        self._found.asked = [compared(asked) for asked in self._found.asked]
        return self._found

    def _between(self, token: Token) -> Token:
        """The `и` of `a=1 и b=2` as the comma that it stands for."""
        point = self._found.asked and self._found.asked[-1].part is Part.POINT
        if point and self._peek(2).kind is Kind.EQUALS and self._word(token) in ("и", "and"):
            return Token(Kind.COMMA, ",", token.start, token.end)
        return token

    def _word(self, token: Token) -> str:
        """The token as it was written: `с` is no Latin letter here."""
        return self._plain[token.start : token.end].lower()

    def _peek(self, ahead: int = 0) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _begins_part(self) -> bool:
        """Whether another part begins here; the words that say so are then passed."""
        start = self._at
        part = self._part_here()
        if part is None:
            self._at = start
            return False
        word = self._peek()
        self._trim_subject(part)
        self._found.asked.append(Asked(part, word))
        self._part = self._found.asked[-1].tokens
        self._pass_words(part, word)
        return True

    def _part_here(self) -> Part | None:
        """The part that begins here; what joins it to the one before is passed."""
        token = self._peek()
        if token.kind in SEPARATORS:
            return self._unnamed_part()
        if self._part and self._part[-1].kind in _OPEN:
            return None
        if self._stands_apart(token):
            return Part.BRACKET
        for _ in range(_MOST_JOINING):
            token = self._peek()
            if part := self._part_of(token):
                return part
            if token.kind is not Kind.NAME or self._word(token) not in JOINING:
                return None
            if token.text == "x" and self._part is self._found.body:
                return None
            self._at += 1
        return None

    def _unnamed_part(self) -> Part | None:
        """What begins behind a comma or on a line of its own: `[0, 1]`, `x0 = 1`, `a = 3`."""
        following, after = self._peek(1), self._peek(2)
        if self._part is not self._found.body or not self._part:
            return None
        if following.text == "[":
            return Part.BRACKET
        if self._compares():
            return Part.POINT
        if following.kind is not Kind.NAME or after.kind is not Kind.EQUALS:
            return None
        if self._word(following) in PARTS or _ZEROTH.match(following.text):
            return None
        return Part.POINT

    def _compares(self) -> bool:
        """Whether `, 0 < x < 2` comes."""
        for ahead in range(1, _MOST_COMPARED):
            token = self._peek(ahead)
            if token.kind in (*SEPARATORS, Kind.EQUALS, Kind.END):
                return False
            if token.kind is Kind.RELATION:
                return token.text != "=="
        return False

    def _stands_apart(self, token: Token) -> bool:
        """Whether `[0, 2]` comes, apart from the formula or from a number."""
        if token.text != "[" or not token.spaced or not self._part:
            return False
        before = self._part[-1]
        return before.kind is not Kind.NAME or function(before.text) is None

    def _part_of(self, token: Token) -> Part | None:
        following = self._peek(1)
        if token.text == "∈":
            return Part.BRACKET
        if token.kind is not Kind.NAME:
            return None
        word = self._word(token)
        if token.text in MODULES and following.kind is Kind.DOT and self._peek(2).text in DTYPES:
            return Part.DTYPE
        if following.kind is Kind.EQUALS and self._sets_start(token):
            return Part.START
        if word in LOOSE:
            return LOOSE[word] if self._begins_number(following) else None
        part = PARTS.get(word)
        return None if part is None or self._is_name(token, following) else part

    def _sets_start(self, token: Token) -> bool:
        """Whether `x0 =` stands apart from the formula."""
        apart = token.spaced or not self._part or self._part[-1].kind in SEPARATORS
        return apart and bool(self._found.body) and _ZEROTH.match(token.text) is not None

    def _begins_number(self, token: Token) -> bool:
        if token.kind is Kind.NAME:
            word = self._word(token)
            return token.text in CONSTANTS or word in NOUNS or word in INFINITE
        return token.kind in (Kind.NUMBER, Kind.OPENING, Kind.ROOT) or token.text == "-"

    def _is_name(self, token: Token, following: Token) -> bool:
        """Whether a word of ours is a name or a function of the formula."""
        word = self._word(token)
        if word == "where" and following.text == "(":
            return True
        if word in _FOLLOWED_BY_NAME and following.kind is not Kind.NAME:
            return True
        return any(token.text == each.text for each in self._found.body)

    def _trim_subject(self, part: Part) -> None:
        """Drop what separates the parts, and the `x` of `, x from 0 to 1`."""
        tokens = self._part
        ranges = part in (Part.BRACKET, Part.START) and len(tokens) > 1
        if ranges and tokens[-1].kind is Kind.NAME and tokens[-2].kind in SEPARATORS:
            tokens.pop()
        _trim(tokens)

    def _pass_words(self, part: Part, word: Token) -> None:
        """The words of the part, up to its numbers."""
        if word.kind in SEPARATORS:
            self._at += 1
            return
        if word.kind is Kind.OPENING:
            return
        if part is Part.DTYPE:
            self._pass_dtype()
            return
        self._at += 1
        for _ in range(_MOST_FILLING):
            token, after = self._peek(), self._peek(1)
            named = token.kind is Kind.NAME and after.kind is Kind.EQUALS
            if part is Part.START and named:
                self._at += 2
            elif self._fills(part, token):
                self._at += 1
            else:
                return

    def _fills(self, part: Part, token: Token) -> bool:
        if token.kind in (Kind.EQUALS, Kind.COLON):
            return part is not Part.POINT
        return self._word(token) in FILLING.get(part, ())

    def _pass_dtype(self) -> None:
        """`float32`, `torch.float32`, `dtype=torch.float32`: its token is the only one kept."""
        for ahead in range(5):
            if self._peek(ahead).text in DTYPES:
                self._part.append(self._peek(ahead))
                self._at += ahead + 1
                return
        self._at += 1


def _is_subject(tokens: Sequence[Token]) -> bool:
    return len(tokens) == 1 and tokens[0].kind is Kind.NAME and tokens[0].text not in CONSTANTS


def _trim(tokens: list[Token]) -> None:
    while tokens and tokens[-1].kind in _ENDS:
        tokens.pop()
