"""A formula in a message that asks for its derivative, without the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from engine.formula.request import read_request
from engine.reading.among_words import (
    CHARACTERS,
    DASHES,
    EDGES,
    MATHS,
    MOST_WORDS,
    REMARK,
    SAID,
    SLIPS,
    SQUARE_ROOT,
    WONDERS,
    WORD,
    WRITTEN,
    is_prose,
    is_russian_word,
)
from engine.records.gradients import Misread

DERIVATIVE: Final = re.compile(
    r"(?<![\w.])(?:градиент|производн|продифференц|gradients?\b|grad\b|derivative|differentiate)",
    re.IGNORECASE,
)
_IN_CODE: Final = re.compile(  # `lr * grad`, `grad(y, x)`, `градиент = 0`
    r"[-+*/=(^@\[]\s*(?:grad|градиент)|(?:\bgrad(?:ient)?s?|градиент)\s*[*/+=)^@.,(\[]",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(
    r"\b(втор|трет|second|third)\w*\s+(?:частн\w+\s+)?(?:производн|derivative)", re.IGNORECASE
)
_ORDERS: Final = {"втор": 2, "second": 2, "трет": 3, "third": 3}
_KEYWORDS: Final = (  # of a request
    "при где пусть точке точка проверь проверить якобиан гессиан гессе порядок "
    "at point check jacobian hessian order wrt"
)
_KEPT: Final = frozenset(_KEYWORDS.split())
_ONE_LETTER: Final = frozenset("aiауоскя")  # words where a word follows, else names
_BEFORE: Final = {"в": "точк", "во": "точк", "in": "point"}  # kept before such a word


def formula_in(text: str) -> str | None:
    """The formula whose derivative a message asks for, with its point; None where it does not.

    >>> formula_in("Найди, пожалуйста, производную x^2 + 3x в точке 2")
    'x^2 + 3x в точке 2'
    >>> formula_in("почему x.grad None?"), formula_in("что такое градиент?")
    (None, None)
    """
    if len(text) > CHARACTERS:
        return None
    text = REMARK.sub("", text)
    if not DERIVATIVE.search(text) or _IN_CODE.search(text) or WONDERS.search(text):
        return None
    formula = _without_words(SQUARE_ROOT.sub("sqrt", text))
    if formula is None or not MATHS.search(formula) or is_prose(formula, _KEPT):
        return None
    read = read_request(formula)
    if isinstance(read, Misread):
        return formula if WRITTEN.search(formula) and read.note.key in SLIPS else None
    ordinal = _ORDINAL.search(text)
    return f"{formula} order {_ORDERS[ordinal[1].lower()]}" if ordinal else formula


def is_formula(text: str) -> bool:
    """Whether a text is a formula as students write it, and nothing else.

    >>> is_formula("x^2 + 3x at x=2"), is_formula("10^5"), is_formula("спасибо ^_^")
    (True, False, False)
    """
    if len(text) > CHARACTERS or not WRITTEN.search(text):
        return False
    return not is_prose(text, _KEPT) and not isinstance(read_request(text), Misread)


def _without_words(text: str) -> str | None:
    """What is left when nothing but a request stands there; None where too much is said."""
    words = list(WORD.finditer(text))
    dropped = [at for at in range(len(words)) if _is_said(words, at, text)]
    if len(dropped) > MOST_WORDS:
        return None
    pieces, start = [], 0
    for at in dropped:
        pieces.append(text[start : words[at].start()].rstrip(" ,:"))
        start = words[at].end()
    joined = " ".join(piece for piece in [*pieces, text[start:]] if piece.strip(EDGES))
    return DASHES.sub("", joined.strip(EDGES)).strip(EDGES)


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
        return bool(beside) and (following in SAID or _is_dropped(following))
    return word in SAID or _is_dropped(word)


def _is_dropped(word: str) -> bool:
    return is_russian_word(word) and word not in _KEPT
