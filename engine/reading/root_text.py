"""An equation in a message that asks for its root, without the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.formula.reading.root_sections import root_sections
from engine.formula.reading.root_words import DTYPES, FILLING, LOOSE, NOUNS, PARTS, TO, Part
from engine.formula.reading.sides import sides_of
from engine.formula.reading.spelled import spelled
from engine.formula.reading.tokens import tokens
from engine.formula.root_request import read_root
from engine.reading.among_words import (
    CHARACTERS,
    DASHES,
    EDGES,
    MATHS,
    MOST_WORDS,
    REMARK,
    SAID,
    SLIPS,
    WORD,
    WRITTEN,
    is_prose,
    is_russian_word,
)
from engine.reading.root_asked import asks_for_root, in_signs, speaks_of_equation
from engine.records.gradients import Misread

_VALUE: Final = re.compile(  # what a word of a part stands before
    r"\s*[:=]?\s*(?:[-−–+]?\s*(?:[\d.(\[√∞π]|(?:pi|sqrt|inf)\b)|[a-zα-ω]_?\d?\s*=)", re.IGNORECASE
)
_LONE: Final = re.compile(r"[a-zα-ω]\d?\Z", re.IGNORECASE)
_MORE_SAID: Final = (
    "корень корни корня корней модуль root roots zero zeros zeroes solve solution solutions "
    "equation polynomial real all its numerically newton bisection method using by are there "
    "does do where when which such that equals equal value values"
)
_SAID: Final = SAID | frozenset(_MORE_SAID.split())
_WORDS_OF_PARTS: Final = (
    frozenset(word for word, part in PARTS.items() if part is not Part.POLITE)
    | frozenset(LOOSE)
    | TO
    | NOUNS
).union(*FILLING.values())
_SLIPS: Final = SLIPS | {  # of a request that is certainly one
    f"mistake.{key}"
    for key in (
        "unknowns",
        "bracket_two",
        "bracket_same",
        "start_one",
        "tol_one",
        "tol_range",
        "infinite",
        "root_equals",
        "root_twice",
    )
}


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    part: bool  # of a request: it begins with such a word


def root_in(text: str) -> str | None:
    """The equation or function whose root a message asks for, with what is said of the search.

    None where it asks for none.

    >>> root_in("Найди, пожалуйста, корень x^2 - 2 на отрезке [0, 2]")
    'x^2 - 2 на отрезке [0, 2]'
    >>> root_in("квадратный корень из x + 1"), root_in("root = tree.root")
    (None, None)
    """
    if len(text) > CHARACTERS:
        return None
    text = REMARK.sub("", text)
    asked = asks_for_root(text)
    if not asked and not speaks_of_equation(text):
        return None
    found = _without_words(in_signs(text))
    if found is None or not MATHS.search(found.formula):
        return None
    if is_prose(found.formula, _WORDS_OF_PARTS):
        return None
    read = read_root(found.whole)
    if isinstance(read, Misread):
        slip = WRITTEN.search(found.formula) and read.note.key in _SLIPS
        return found.whole if slip else None
    return found.whole if asked or _has_sides(found.whole) else None


def is_equation(text: str) -> bool:
    """Whether a text is an equation of one letter as students write it, and nothing else.

    >>> is_equation("x^2 = 2x + 1"), is_equation("y = x^2"), is_equation("f(x) = x^2")
    (True, False, False)
    """
    if len(text) > CHARACTERS or "=" not in text or not WRITTEN.search(text):
        return False
    read = read_root(text)
    if isinstance(read, Misread) or is_prose(text, _WORDS_OF_PARTS) or not _has_sides(text):
        return False
    return _LONE.match(read.formula.inputs[0]) is not None


def _has_sides(text: str) -> bool:
    """Whether what `read_root` reads is an equation, not a function under its head."""
    plain = spelled(text)
    parts = root_sections(tokens(plain), plain)
    named = [token.text for token in parts.point]
    return len(sides_of(parts.body, named).parts) > 1


@dataclass(frozen=True, slots=True)
class _Found:
    formula: str
    whole: str  # the formula first


def _without_words(text: str) -> _Found | None:
    """What is left when one formula stands there; None where too much is said, or too little."""
    pieces = _pieces(text)
    if pieces is None:
        return None
    formulas = [piece.text for piece in pieces if not piece.part]
    if not formulas and pieces and ":" in pieces[-1].text:  # на [0, 2]: x^2 - 2
        part, formula = (each.strip() for each in pieces[-1].text.rsplit(":", 1))
        return _Found(formula, " ".join([formula, *(each.text for each in pieces[:-1]), part]))
    if len(formulas) > 1:
        formulas = [each for each in formulas if not _LONE.match(each)]  # the x of "при каком x"
    if len(formulas) != 1:
        return None
    parts = [piece.text for piece in pieces if piece.part]
    return _Found(formulas[0], " ".join([formulas[0], *parts]))


def _pieces(text: str) -> list[_Piece] | None:
    words = list(WORD.finditer(text))
    kept = _kept(words, text)
    dropped = [at for at, word in enumerate(words) if not kept[at] and _is_said(word[0].lower())]
    if len(dropped) > MOST_WORDS:
        return None
    begins = [0, *(words[at].end() for at in dropped)]
    ends = [*(words[at].start() for at in dropped), len(text)]
    pieces: list[_Piece] = []
    for begin, end in zip(begins, ends, strict=True):
        if piece := DASHES.sub("", text[begin:end].strip(EDGES)).strip(EDGES):
            place = text.index(piece, begin)
            part = any(kept[at] and word.start() == place for at, word in enumerate(words))
            pieces.append(_Piece(piece, part))
    return pieces


def _kept(words: Sequence[re.Match[str]], text: str) -> list[bool]:
    """Whether a word is one of a request: a number follows, or another such word."""
    kept: list[bool] = []
    for at in range(len(words) - 1, -1, -1):
        word, end = words[at][0].lower(), words[at].end()
        beside = bool(kept) and not text[end : words[at + 1].start()].strip()
        leads = _VALUE.match(text, end) is not None or (beside and kept[-1])
        kept.append(word in DTYPES or (word in _WORDS_OF_PARTS and leads))
    return kept[::-1]


def _is_said(word: str) -> bool:
    return word in _SAID or is_russian_word(word)
