"""A formula as phones, books and keyboards spell it -> one spelling, each character in its place.

Every character becomes exactly one, so that a column we name is the one that the person sees.
"""

from __future__ import annotations

import unicodedata
from typing import Final

SUPERSCRIPTS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿˣʸᵀ"
PLAIN_SUPERSCRIPTS: Final = str.maketrans(SUPERSCRIPTS, "0123456789+-()nxyT")
LOOKALIKES: Final = str.maketrans("асеорхукАВЕКМНОРСТХУ", "aceopxykABEKMHOPCTXY")

_SPACES = (
    "\t\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufe0e\ufe0f\ufeff`$"
)
_SIGNS: Final = {
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, "–—−‐‑‒―"), "-"),
    **dict.fromkeys(map(ord, "·×∙⋅∗•⨯"), "*"),
    **dict.fromkeys(map(ord, "÷∕⁄"), "/"),
    **dict.fromkeys(map(ord, "\u2028\u2029\x0b\x0c\x85"), "\n"),
    **dict.fromkeys(map(ord, "{⟨"), "("),
    **dict.fromkeys(map(ord, "}⟩"), ")"),
    ord("∣"): "|",
    ord("∥"): "‖",
    **dict.fromkeys(map(ord, "’′‘"), "'"),
    **{ord(sign): sign for sign in SUPERSCRIPTS},
}


def spelled(text: str) -> str:
    """The text in our spelling, of the same length.

    >>> spelled("f(𝑥) = 3·x² − ４")
    'f(x) = 3*x² - 4'
    """
    return "".join(map(_character, text))


def _character(sign: str) -> str:
    if sign.isascii() and sign not in "\t\r\x0b\x0c{}`$":
        return sign
    known = _SIGNS.get(ord(sign))
    if known is not None:
        return known
    plain = unicodedata.normalize("NFKC", sign)  # full-width digits, 𝑥, x₁
    return plain if len(plain) == 1 else sign
