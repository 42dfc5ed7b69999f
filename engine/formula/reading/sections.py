"""The parts of a request: head, formula, point, claims and wishes, by the words between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from engine.formula.reading.derivatives import is_sign, named_derivative
from engine.formula.reading.tokens import Kind, Token, inside


class Want(StrEnum):
    """What a request asks for besides the gradient."""

    JACOBIAN = "jacobian"
    HESSIAN = "hessian"
    ORDER = "order"


_LEADING_WORDS = (  # before the formula
    "градиент градиента градиенты производная производной производную производные найди найти "
    "найдите вычисли вычислить вычислите посчитай посчитать посчитайте возьми продифференцируй "
    "продифференцировать продифференцируйте частные частная частную все функции функция функцию "
    "матрица матрицу формула формулы формулу от у для мне какая какой чему равна равен "
    "grad gradient gradients derivative derivatives partial find compute calculate differentiate "
    "what is of the all function formula please"
)
LEADING: Final = frozenset(_LEADING_WORDS.split())
_AT: Final = frozenset(
    [
        "at",
        "при",
        "где",
        "пусть",
        "если",
        "point",
        "точка",
        "точке",
        "точки",
        "точку",
        "when",
        "given",
        "where",
        "for",
    ]
)
_CHECK: Final = frozenset(["check", "проверь", "проверить", "проверьте"])
_WANTS: Final = {
    **dict.fromkeys(["jacobian", "якобиан", "якоби"], Want.JACOBIAN),
    **dict.fromkeys(["hessian", "гессиан", "гессе"], Want.HESSIAN),
}
_ORDER: Final = frozenset(["order", "порядок", "порядка"])
_FILLERS: Final = frozenset(["в", "во", "the", "in", "и", "and"])
_BY: Final = frozenset(["по", "wrt"])
_ENDS: Final = (Kind.COMMA, Kind.SEMICOLON, Kind.BREAK, Kind.DOT)


@dataclass(slots=True)
class Sections:
    """The tokens of each part, without the words between; `order` is the token of its number.

    A claim begins with the word that says so, or with the break before it.
    """

    title: str = "f"
    head: list[Token] = field(default_factory=list)  # the names in the brackets of the head
    body: list[Token] = field(default_factory=list)
    point: list[Token] = field(default_factory=list)
    claims: list[list[Token]] = field(default_factory=list)
    wants: set[Want] = field(default_factory=set)
    order: Token | None = None


def sections(tokens: Sequence[Token]) -> Sections:
    """The parts of a request, the last token being END.

    >>> from engine.formula.reading.tokens import tokens
    >>> [token.text for token in sections(tokens("f(x) = 2x at x=1 hessian")).point]
    ['x', '=', '1']
    """
    return _Splitter(tokens).split()


class _Splitter:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._found = Sections()
        self._part = self._found.body

    def split(self) -> Sections:
        self._pass_leading()
        self._read_head()
        while (token := self._peek()).kind is not Kind.END:
            if self._depth or not self._begins_part(token):
                self._depth = inside(token, self._depth)
                self._part.append(token)
                self._at += 1
        for part in (self._found.body, *self._found.claims):
            while part and part[-1].kind in _ENDS:
                part.pop()
        return self._found

    def _peek(self, ahead: int = 0) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _pass_leading(self) -> None:
        """Words before the formula: `найди производную функции`, `гессиан`."""
        while True:
            token = self._peek()
            text = token.text.lower()
            if text in _WANTS:
                self._found.wants.add(_WANTS[text])
            if text in _BY and self._peek(1).kind is Kind.NAME:
                self._at += self._names_by()
                continue
            word = token.kind is Kind.NAME and (text in LEADING or text in _WANTS)
            if word and self._peek(1).kind is Kind.EQUALS:
                return
            if not word and token.kind not in (Kind.COLON, Kind.BREAK, Kind.COMMA):
                break
            self._at += 1
        self._pass_operator(token)

    def _pass_operator(self, token: Token) -> None:
        """`d/dx` and `∂/∂x` before the formula."""
        by = self._peek(2).text
        if token.text in ("d", "∂") and self._peek(1).text == "/" and by[:1] == token.text:
            self._at += 4 if by == "∂" else 3 if len(by) > 1 else 0

    def _read_head(self) -> None:
        """`f(x, y) =` or `y =`."""
        name = self._peek()
        if name.kind is not Kind.NAME:
            return
        if self._peek(1).kind is Kind.EQUALS:
            self._found.title = name.text
            self._at += 2
        elif self._peek(1).text == "(":
            self._read_names(name)

    def _read_names(self, title: Token) -> None:
        end = 2
        while self._peek(end).kind in (Kind.NAME, Kind.COMMA, Kind.SEMICOLON):
            end += 1
        if self._peek(end).text != ")" or self._peek(end + 1).kind is not Kind.EQUALS:
            return
        within = self._tokens[self._at + 2 : self._at + end]
        self._found.title = title.text
        self._found.head = [token for token in within if token.kind is Kind.NAME]
        self._at += end + 2

    def _begins_part(self, token: Token) -> bool:
        """Whether another part begins here; the words that say so are then passed."""
        if token.kind in (Kind.BREAK, Kind.COMMA, Kind.SEMICOLON):
            return self._begins_claim(token)
        if token.kind is Kind.NAME and self._passes_word(token):
            return True
        return self._begins_another_claim(token) or self._begins_point(token)

    def _passes_word(self, token: Token) -> bool:
        word, following = token.text.lower(), self._peek(1)
        if following.kind is Kind.EQUALS or (word == "where" and following.text == "("):
            return False
        passed = self._words(word, following)
        self._at += passed
        return passed > 0

    def _words(self, word: str, following: Token) -> int:
        """How many tokens say that another part begins here; 0 where they do not."""
        found = self._found
        if word in _AT or (word in _FILLERS and following.text.lower() in _AT):
            self._trim()
            self._part = found.point
            return 1
        if word in _CHECK:
            found.claims.append([self._peek()])
            self._part = found.claims[-1]
            return 2 if following.kind is Kind.COLON else 1
        if word in _WANTS or (word in _ORDER and following.kind is Kind.NUMBER):
            return self._wish(word, following)
        if word in _BY and following.kind is Kind.NAME:
            return self._names_by()
        return int(word in _FILLERS and self._part is found.point)

    def _wish(self, word: str, following: Token) -> int:
        self._trim()
        self._found.wants.add(_WANTS.get(word, Want.ORDER))
        if word in _WANTS:
            return 1
        self._found.order = following
        return 2

    def _names_by(self) -> int:
        """The length of `по x и y`, which says nothing: every derivative is given."""
        length = 2
        while self._peek(length).text in ("и", "and") and self._peek(length + 1).kind is Kind.NAME:
            length += 2
        return length

    def _begins_claim(self, token: Token) -> bool:
        """What is said of the derivative on a line of its own: `f'(x) = 2x`."""
        rest = self._tokens[self._at + 1 : self._at + 12]
        named = named_derivative(rest)
        if named is None or named.length < 3:
            return False
        self._found.claims.append([token])
        self._part = self._found.claims[-1]
        self._part += rest[: named.length]
        self._at += 1 + named.length
        return True

    def _begins_another_claim(self, token: Token) -> bool:
        """The `y:` of `check x: 2x, y: 1`."""
        claims = self._found.claims
        if not claims or self._part is not claims[-1] or not any(map(is_sign, self._part)):
            return False
        if token.kind is not Kind.NAME or self._peek(1).kind is not Kind.COLON:
            return False
        claims.append([self._part[0]])
        self._part = claims[-1]
        return False

    def _begins_point(self, token: Token) -> bool:
        """`x =` begins the point, unless it stands there or names the derivative of a claim."""
        if not self._assigns(token):
            return False
        if self._part is self._found.point or self._heads_claim():
            return False
        self._trim()
        self._part = self._found.point
        return True

    def _assigns(self, token: Token) -> bool:
        """Whether `x =` or `(x, y) =` comes."""
        end = 0
        if token.text == "(":
            while self._peek(end + 1).kind in (Kind.NAME, Kind.COMMA):
                end += 1
            return end > 0 and self._peek(end + 2).kind is Kind.EQUALS
        return token.kind is Kind.NAME and self._peek(1).kind is Kind.EQUALS

    def _heads_claim(self) -> bool:
        claims = self._found.claims
        if not claims or self._part is not claims[-1] or any(map(is_sign, self._part)):
            return False
        ahead = self._tokens[self._at : self._at + 9]
        return named_derivative([*self._part[1:], *ahead]) is not None

    def _trim(self) -> None:
        """Drop what separates the formula from its point, `@` too."""
        while self._part and (self._part[-1].kind in _ENDS or self._part[-1].text == "@"):
            self._part.pop()
