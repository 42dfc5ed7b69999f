"""A formula in a message that asks for its derivative, without the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from engine.formula.reading.calls import function
from engine.formula.request import read_request
from engine.records.gradients import Misread

_CHARACTERS: Final = 500
_MOST_WORDS: Final = 12  # said around a formula; more of them are a story
_REMARK: Final = re.compile(r"#.*")
_ASKS: Final = re.compile(
    r"(?<![\w.])(?:градиент|производн|продифференц|gradients?\b|grad\b|derivative|differentiate)",
    re.IGNORECASE,
)
_IN_CODE: Final = re.compile(  # `lr * grad`, `grad(y, x)`, `градиент = 0`
    r"[-+*/=(^@\[]\s*(?:grad|градиент)|(?:\bgrad(?:ient)?s?|градиент)\s*[*/+=)^@.,(\[]",
    re.IGNORECASE,
)
_WONDERS: Final = re.compile(  # about gradients, not for one
    r"почему|зачем|что такое|как работает|что значит|не (?:счит|сош|сход|работ)"
    r"|\bwhy\b|what is an? |what does",
    re.IGNORECASE,
)
_WRITTEN: Final = re.compile(  # as mathematics, not as Python
    r"[\w)]\s*(?:\^|[⁻⁰¹²³⁴-⁹])|\b[a-z]\([a-z, ]+\)\s*=|√"
    r"|\b(?:sin|cos|tan|tg|ctg|ln|lg|log|exp)\s*[\w(]",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(
    r"\b(втор|трет|second|third)\w*\s+(?:частн\w+\s+)?(?:производн|derivative)", re.IGNORECASE
)
_ORDERS: Final = {"втор": 2, "second": 2, "трет": 3, "third": 3}
_MATHS: Final = re.compile(  # more than a name or a number
    r"[√|]|\d\s*[a-zα-ω(]|[\w)]\s*(?:[-+*/·×÷−@^]|\*\*)\s*[\w(-]|[⁻⁰¹²³⁴-⁹]"
    r"|[a-z]\([a-z]|\b(?:sin|cos|tan|tg|ctg|ln|lg|log|exp|sqrt)\s*\w",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"(?<![\w.])[a-zа-яё]+(?:-[а-яё]+)*(?![\w.])", re.IGNORECASE)
_BESIDE: Final = re.compile(r"(?<![\w.])([a-z]{3,})[ \t]+(?=[a-z(])", re.IGNORECASE)
_RUSSIAN: Final = re.compile(r"[а-яё-]+\Z", re.IGNORECASE)
_KEYWORDS: Final = (  # of a request
    "при где пусть точке точка проверь проверить якобиан гессиан гессе порядок "
    "at point check jacobian hessian order wrt"
)
_ENGLISH: Final = (
    "an the of for to me need how can could you please find compute calculate what is "
    "gradient gradients grad derivative derivatives differentiate partial function formula "
    "with take get give show my this and in hi hello thanks respect first second third"
)
_KEPT: Final = frozenset(_KEYWORDS.split())
_SAID: Final = frozenset(_ENGLISH.split())
_ONE_LETTER: Final = frozenset("aiауоскя")  # words where a word follows, else names
_BEFORE: Final = {"в": "точк", "во": "точк", "in": "point"}  # kept before such a word
_EDGES: Final = ' \t\n,.:;?!«»"“”'
_DASHES: Final = re.compile(r"\A(?:[—–-]+\s+)+|(?:\s*[—–-])+\Z")  # x^2 — find it
# A mistake in what is certainly a formula is told by its reader.
_SLIPS: Final = frozenset(
    {
        f"mistake.{key}"
        for key in ("unknown", "unknown_name", "unclosed", "unopened", "function_alone", "exponent")
    }
)


def formula_in(text: str) -> str | None:
    """The formula whose derivative a message asks for, with its point; None where it does not.

    >>> formula_in("Найди, пожалуйста, производную x^2 + 3x в точке 2")
    'x^2 + 3x в точке 2'
    >>> formula_in("почему x.grad None?"), formula_in("что такое градиент?")
    (None, None)
    """
    if len(text) > _CHARACTERS:
        return None
    text = _REMARK.sub("", text)
    if not _ASKS.search(text) or _IN_CODE.search(text) or _WONDERS.search(text):
        return None
    formula = _without_words(text)
    if formula is None or not _MATHS.search(formula) or _is_prose(formula):
        return None
    read = read_request(formula)
    if isinstance(read, Misread):
        return formula if _WRITTEN.search(formula) and read.note.key in _SLIPS else None
    ordinal = _ORDINAL.search(text)
    return f"{formula} order {_ORDERS[ordinal[1].lower()]}" if ordinal else formula


def is_formula(text: str) -> bool:
    """Whether a text is a formula as students write it, and nothing else.

    >>> is_formula("x^2 + 3x at x=2"), is_formula("10^5"), is_formula("спасибо ^_^")
    (True, False, False)
    """
    if len(text) > _CHARACTERS or not _WRITTEN.search(text):
        return False
    return not isinstance(read_request(text), Misread)


def _without_words(text: str) -> str | None:
    """What is left when nothing but a request stands there; None where too much is said."""
    words = list(_WORD.finditer(text))
    dropped = [at for at in range(len(words)) if _is_said(words, at, text)]
    if len(dropped) > _MOST_WORDS:
        return None
    pieces, start = [], 0
    for at in dropped:
        pieces.append(text[start : words[at].start()].rstrip(" ,:"))
        start = words[at].end()
    joined = " ".join(piece for piece in [*pieces, text[start:]] if piece.strip(_EDGES))
    return _DASHES.sub("", joined.strip(_EDGES)).strip(_EDGES)


def _is_prose(text: str) -> bool:
    """Whether a long name stands beside another as a word does."""
    words = (found[1].lower() for found in _BESIDE.finditer(text))
    return any(word not in _KEPT and function(word) is None for word in words)


def _is_said(words: Sequence[re.Match[str]], at: int, text: str) -> bool:
    """Whether a word is one that people say, not a name, a function or a word of a request."""
    word = words[at][0].lower()
    following = words[at + 1][0].lower() if at + 1 < len(words) else ""
    if word in _BEFORE:
        return not following.startswith(_BEFORE[word])
    if word in ("и", "and"):
        return not re.match(r"\s*\w+\s*=", text[words[at].end() :])
    if word == "по":
        return len(following) != 1
    if word in _ONE_LETTER:
        beside = text[words[at].end() :].lstrip().startswith(following) and following
        return bool(beside) and (following in _SAID or _is_russian_word(following))
    return word in _SAID or _is_russian_word(word)


def _is_russian_word(word: str) -> bool:
    russian = len(word) > 1 and _RUSSIAN.match(word) is not None
    return russian and word not in _KEPT and function(word) is None
