"""One factor of a chain, in short: what is inside is called u, as on a blackboard."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

LETTERS: Final = "uvtszw"
_NESTED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_OPEN = r"(?<![^(\[])"


def letter_besides(names: Collection[str]) -> str:
    """A letter that is none of the names; empty when all are taken.

    >>> letter_besides(["u", "x"])
    'v'
    """
    return next((letter for letter in LETTERS if letter not in names), "")


def called(text: str, inner: str, letter: str) -> str:
    """The text with `inner` called `letter`, wherever it surely stands as a whole.

    >>> called("sin(x² + 1)", "x² + 1", "u"), called("3(x + y)²", "x + y", "u")
    ('sin(u)', '3u²')
    >>> called("2x + y", "x + y", "u"), called("log2(xy)", "xy", "u")
    ('2x + y', 'log2(u)')
    """
    found = re.sub(_whole(inner), letter, text)
    return re.sub(rf"(?<!\w)(\d*)\({letter}\)", rf"\g<1>{letter}", found)


def _whole(inner: str) -> str:
    """How `inner` looks where nothing beside it binds more tightly than its own signs."""
    bare = _bare(inner)
    if re.search(r" [+-] |^-|[/^@]", bare):
        before, after = _OPEN, r"(?=[)\],]|$)"
    elif " · " in bare:
        before, after = _OPEN, r"(?=[)\],]| [·+-] |$)"
    elif inner.endswith(")"):
        before, after = r"(?<![\w.])", r"(?![a-zA-Z_.(\[])"
    else:
        before, after = r"(?<![\w.])", r"(?![\w.(\[^])"  # no power of it: \w has the raised digits
    return before + re.escape(inner) + after


def _bare(text: str) -> str:
    """The text without what stands in brackets."""
    while (shorter := _NESTED.sub("", text)) != text:
        text = shorter
    return text
