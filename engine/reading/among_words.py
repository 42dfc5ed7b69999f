"""What tells mathematics in a message from the words around it."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from engine.formula.reading.calls import function

CHARACTERS: Final = 500
MOST_WORDS: Final = 12  # said around a formula; more of them are a story
REMARK: Final = re.compile(r"#.*")
WONDERS: Final = re.compile(  # about gradients, not for one
    r"почему|зачем|что такое|как работает|что значит|не (?:счит|сош|сход|работ)"
    r"|\bwhy\b|what is an? |what does",
    re.IGNORECASE,
)
WRITTEN: Final = re.compile(  # as mathematics, not as Python
    r"[\w)]\s*(?:\^|[⁻⁰¹²³⁴-⁹])|\b[a-z]\([a-z, ]+\)\s*=|√"
    r"|\b(?:sin|cos|tan|tg|ctg|ln|lg|log|exp)\s*[\w(]",
    re.IGNORECASE,
)
MATHS: Final = re.compile(  # more than a name or a number
    r"[√|]|\d\s*[a-zα-ω(]|[\w)]\s*(?:[-+*/·×÷−@^]|\*\*)\s*[\w(-]|[⁻⁰¹²³⁴-⁹]"
    r"|[a-z]\([a-z]|\b(?:sin|cos|tan|tg|ctg|ln|lg|log|exp|sqrt)\s*\w",
    re.IGNORECASE,
)
SQUARE_ROOT: Final = re.compile(  # a function: `sqrt`
    r"(?<!\w)(?:квадратн\w+\s+)?(?<!кубический )(?<!кубического )кор(?:ень|ня|нем)\s+из\b",
    re.IGNORECASE,
)
WORD: Final = re.compile(r"(?<![\w.])[a-zа-яё]+(?:-[а-яё]+)*(?![\w.])", re.IGNORECASE)
_BESIDE: Final = re.compile(r"(?<![\w.])([a-z]{3,})[ \t]+(?=[a-z(])", re.IGNORECASE)
_RUSSIAN: Final = re.compile(r"[а-яё-]+\Z", re.IGNORECASE)
_ENGLISH: Final = (
    "an the of for to me need how can could you please find compute calculate what is "
    "gradient gradients grad derivative derivatives differentiate partial function formula "
    "with take get give show my this and in hi hello thanks respect first second third"
)
SAID: Final = frozenset(_ENGLISH.split())
EDGES: Final = ' \t\n,.:;?!«»"“”'
DASHES: Final = re.compile(r"\A(?:[—–-]+\s+)+|(?:\s*[—–-])+\Z")  # x^2 — find it
# A mistake in what is certainly a formula is told by its reader.
SLIPS: Final = frozenset(
    {
        f"mistake.{key}"
        for key in ("unknown", "unknown_name", "unclosed", "unopened", "function_alone", "exponent")
    }
)


def is_prose(text: str, kept: Collection[str]) -> bool:
    """Whether a long name stands beside another as a word does, and is none of `kept`.

    >>> is_prose("sin x + the loss x", {"at"}), is_prose("x^2 at x", {"at"})
    (True, False)
    """
    words = (found[1].lower() for found in _BESIDE.finditer(text))
    return any(word not in kept and function(word) is None for word in words)


def is_russian_word(word: str) -> bool:
    """Whether a lowercase word is Russian, and no function.

    >>> is_russian_word("найди"), is_russian_word("синус"), is_russian_word("find")
    (True, False, False)
    """
    return len(word) > 1 and _RUSSIAN.match(word) is not None and function(word) is None
