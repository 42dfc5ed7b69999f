"""The text of a question about shapes, cut into tokens; a phone's typography is undone here.

Every character keeps its place, so that a column we name is the one that the person sees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a token is."""

    SIZES = "sizes"  # 5x3x4
    NUMBER = "number"
    WORD = "word"
    OPERATOR = "operator"
    OPENING = "opening"
    CLOSING = "closing"
    COMMA = "comma"
    EQUALS = "equals"  # also a colon
    BREAK = "break"  # the end of a line, a semicolon
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text and where it begins."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the next may begin."""
        return self.start + len(self.text)


_BY = "x×хXХ"  # what is typed between two sizes; the last two are Cyrillic
_SPACES: Final = (
    "\t\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0f\ufeff`$?\"'“”«»"
)
_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys("—–−", "-"),
        **dict.fromkeys("\u2028\u2029\x0b\x0c\x85", "\n"),
        "÷": "/",
        "∗": "*",
    }
)
_EXCLAIMED: Final = re.compile("!(?!=)")
_SPELLED: Final = {"≠": "!=", "≤": "<=", "≥": ">=", "×": "*"}

_TOKEN: Final = re.compile(
    rf"(?P<sizes>\d+(?: *[{_BY}*] *\d+)+(?!\w))"
    r"|(?P<number>\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?(?!\w))"
    r"|(?P<word>\w+(?:\.\w+)*)"
    r"|(?P<break>[;\n]|->)"
    r"|(?P<operator>(?://|\*\*|[-+*/%@])=?|[=!<>]=|[<>≠≤≥×])"
    r"|(?P<equals>[=:])"
    r"|(?P<opening>[(\[])|(?P<closing>[)\]])|(?P<comma>,)"
    r"|(?P<other>\S)"
)

# A remark among lines of code: what is no shape in it is for people.
_SHAPE_WITHIN: Final = re.compile(rf"[(\[][ \d,]*[)\]]|=|\d *[{_BY}*] *\d")
_PROMPT: Final = re.compile(r" *(?:#+|>>>|In \[\d*\]:|\.\.\.) ?")


def tokens(text: str) -> list[Token]:
    """The tokens of a text, in order; nothing but spaces, prompts and remarks is left out.

    >>> [token.text for token in tokens("x = 5x3 + (3,)  # two")]
    ['x', '=', '5x3', '+', '(', '3', ',', ')']
    """
    found = _TOKEN.finditer(typed(text))
    return [
        Token(Kind(match.lastgroup or ""), _SPELLED.get(match[0], match[0]), match.start())
        for match in found
    ]


def typed(text: str) -> str:
    """The text as a keyboard would have typed it, each character in its place, without remarks."""
    plain = _EXCLAIMED.sub(" ", text.translate(_SIGNS))
    return "\n".join(_without_remark(line) for line in plain.split("\n"))


def _without_remark(line: str) -> str:
    """The line, with spaces for its prompt and for what stands behind a # in it."""
    prompt = _PROMPT.match(line)
    start = prompt.end() if prompt else 0
    if prompt and "#" in prompt[0] and not _SHAPE_WITHIN.search(line):
        return " " * len(line)
    code, _, remark = line[start:].partition("#")
    return " " * start + code + " " * (len(line) - start - len(code)) if remark or start else line
