"""The parts of a request: head, formula, point, claims and wishes, by the words between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from engine.formula.mistakes import Mistake
from engine.formula.tokens import Kind, Token

_AT: Final = frozenset(
    "at при где пусть если point точка точке точки точку when given где where for".split()
)
_CHECK: Final = frozenset("check проверь проверить проверьте".split())
_JACOBIAN: Final = frozenset("jacobian якобиан якоби".split())
_HESSIAN: Final = frozenset("hessian гессиан гессе".split())
_ORDER: Final = frozenset("order порядок порядка".split())
_FILLERS: Final = frozenset("в во the in и and".split())
_LEADING: Final = frozenset(
    "градиент градиента производная производную производные производной найди найти найдите "
    "вычисли вычислить посчитай посчитать продифференцируй продифференцировать частные частная "
    "функции функция функцию матрица матрицу формула формулы от "
    "grad gradient derivative derivatives partial find compute calculate differentiate of the "
    "function formula".split()
)
_BY: Final = frozenset("по wrt".split())
_LETTER: Final = "df∂"


class Want(StrEnum):
    """What a request asks for besides the gradient."""

    JACOBIAN = "jacobian"
    HESSIAN = "hessian"
    ORDER = "order"


@dataclass(slots=True)
class Sections:
    """The tokens of each part, without the words between; `order` is the token of its number."""

    title: str = "f"
    head: list[Token] | None = None  # the names in the brackets of the head
    body: list[Token] = field(default_factory=list)
    point: list[Token] = field(default_factory=list)
    claims: list[list[Token]] = field(default_factory=list)
    wants: set[Want] = field(default_factory=set)
    order: Token | None = None


def sections(tokens: Sequence[Token]) -> Sections:
    """The parts of a request; raises `Mistake` for a head or an order that is none."""
    return _Splitter(tokens).split()


class _Splitter:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._found = Sections()
        self._part = self._found.body

    def split(self) -> Sections:
        self._leading()
        self._head()
        while self._peek().kind is not Kind.END:
            self._step()
        self._found.body = _trimmed(self._found.body)
        return self._found

    def _peek(self, ahead: int = 0) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _leading(self) -> None:
        """Words before the formula: `найди производную функции`."""
        while True:
            token = self._peek()
            word = token.kind is Kind.NAME and token.text.lower() in _LEADING
            if not word and token.kind not in (Kind.COLON, Kind.BREAK):
                return
            if word and self._peek(1).text in ("(", "="):  # grad(x)?
                return
            self._at += 1

    def _head(self) -> None:
        """`f(x, y) =`, `f'(x) =`, `f =`."""
        name = self._peek()
        if name.kind is not Kind.NAME:
            return
        if self._peek(1).kind is Kind.EQUALS:
            self._found.title = name.text
            self._at += 2
            return
        if self._peek(1).text != "(":
            return
        end = 2
        names: list[Token] = []
        while self._peek(end).kind in (Kind.NAME, Kind.COMMA, Kind.SEMICOLON):
            names += [self._peek(end)] if self._peek(end).kind is Kind.NAME else []
            end += 1
        if self._peek(end).text == ")" and self._peek(end + 1).kind is Kind.EQUALS:
            self._found.title, self._found.head = name.text, names
            self._at += end + 2

    def _step(self) -> None:
        token = self._peek()
        self._depth += (token.kind is Kind.OPENING) - (token.kind is Kind.CLOSING)
        if self._depth > 0 or not self._begins_part(token):
            self._part.append(token)
            self._at += 1

    def _begins_part(self, token: Token) -> bool:
        """Whether another part begins here; its words are then passed."""
        return (
            (token.kind is Kind.NAME and self._keyword(token))
            or self._assignment(token)
            or self._separator(token)
        )

    def _keyword(self, token: Token) -> bool:
        word = token.text.lower()
        found = self._found
        if word in _FILLERS and self._part is found.point:
            self._at += 1
        elif word in _FILLERS and self._peek(1).text.lower() in _AT:
            self._at += 1
        elif word in _AT and self._peek(1).text != "(" or (word in _AT and word != "where"):
            self._at += 1
            self._part = found.point
        elif word in _CHECK:
            self._at += 1
            found.claims.append(claim := [token])
            self._part = claim
        elif word in _JACOBIAN or word in _HESSIAN:
            self._at += 1
            found.wants.add(Want.JACOBIAN if word in _JACOBIAN else Want.HESSIAN)
        elif word in _ORDER and self._peek(1).kind is Kind.NUMBER:
            found.order = self._peek(1)
            found.wants.add(Want.ORDER)
            self._at += 2
        elif word in _BY and self._peek(1).kind is Kind.NAME:
            self._at += 2
        else:
            return False
        return True

    def _assignment(self, token: Token) -> bool:
        """`x =`, which begins the point unless it stands there already."""
        if token.kind is not Kind.NAME or self._peek(1).kind is not Kind.EQUALS:
            return False
        part = self._part
        heads_claim = any(part is claim for claim in self._found.claims) and len(part) == 1
        if part is self._found.point or heads_claim:
            return False
        if (
            part
            and part[-1].kind in (Kind.COMMA, Kind.SEMICOLON, Kind.BREAK)
            or (part and part[-1].text == "@")
        ):
            part.pop()
        self._part = self._found.point
        return True

    def _separator(self, token: Token) -> bool:
        return False


def _trimmed(body: list[Token]) -> list[Token]:
    """Without a comma, a full stop or a break behind the formula."""
    while body and body[-1].kind in (Kind.COMMA, Kind.DOT, Kind.BREAK, Kind.SEMICOLON):
        body = body[:-1]
    return body


def end_of(tokens: Sequence[Token], else_at: int) -> Token:
    """The END token behind some tokens."""
    at = tokens[-1].end if tokens else else_at
    return Token(Kind.END, "", at, at)
