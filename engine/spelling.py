"""Code as a phone sends it -> code as it was typed.

Clients and keyboards turn `--` into a dash, `<<` into a guillemet, straight quotes into curly
ones, three dots into one character, and slip in spaces and joints of no width. Outside string
literals and comments no such character is Python, so there it is undone; inside them it may be
the author's own and stays. Which quote closes which is not always certain: a few readings are
tried in turn, and the first that parses is taken. If none does, the student has made a mistake
besides, and Python should name that one, not the phone's quotes.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from itertools import chain

from engine.records import Answer, Call

LIMIT = 64 << 10  # characters; a longer text is left as it is

_DOUBLE = "“”„‟"
_SINGLE = "‘’‚‛"
_QUOTES = _DOUBLE + _SINGLE + "«»\"'"

_SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
)
_WIDTHLESS = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0f\ufeff"
_SIGNS = {
    "…": "...",
    "–": "-",
    "−": "-",
    "×": "*",
    "÷": "/",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "«": "<<",
    "»": ">>",
    "❤": "<3",  # what some clients make of `n <3`
    "\u2028": "\n",
    "\u2029": "\n",
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_WIDTHLESS, ""),
}
# A dash is `--` as Telegram makes it; where that cannot be (`x —= 1`, `—>`) a plain minus.
_SIGN_TABLES = tuple(str.maketrans({**_SIGNS, "—": dash}) for dash in ("--", "-"))

_PREFIX = r"(?:(?<!\w)[rRbBfFuU]{1,2})?"


def _triple(opening: str, closing: str) -> str:
    body = rf"(?:[^\\{closing}]|\\.|[{closing}](?![{closing}]{{2}}))*+"
    return rf"{_PREFIX}[{opening}]{{3}}{body}(?:[{closing}]{{3}}|\Z)"


def _single(opening: str, closing: str) -> str:
    # An unclosed literal runs to the end of its line: no position is scanned twice.
    return rf"{_PREFIX}[{opening}](?:[^\\\n{closing}]|\\.)*+(?:[{closing}]|$)"


def _nesting(opening: str, inner: str, ending: str) -> str:
    """A literal that holds quoted words in the same kind of quotes: “кафе „Ёж“ открыто”."""
    stop = inner + ending + opening
    pair = rf"[{inner}{opening}][^{stop}\n]*+(?:[{inner}{ending}]|(?=[{stop}\n])|\Z)"
    return rf"{_PREFIX}{opening}(?:[^\\\n{stop}]|\\.|{pair})*+(?:[{ending}]|$)"


# Guillemets are quotes only where an operand must stand; elsewhere `<<` and `>>`.
_OPERAND = r"(?:(?<=[(\[{,=:+])|(?<=[(\[{,=:+] )|(?<=\breturn )|(?<=\bin )|(?<!\w)[rRbBfFuU]{1,2})"
_GUILLEMETS = rf"{_OPERAND}«(?:[^\\\n«»]|\\.)*+»"


def _literals(triples: list[str], singles: list[str]) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<comment>\#[^\n\u2028\u2029]*)"
        rf"|(?P<triple>{'|'.join(triples)})|(?P<single>{'|'.join(singles)})",
        re.DOTALL | re.MULTILINE,
    )


_PAIRS = [('"', '"'), ("'", "'"), (_DOUBLE, _DOUBLE), (_SINGLE, _SINGLE)]
_MIXED = [(_DOUBLE + '"', _DOUBLE + '"'), (_SINGLE + "'", _SINGLE + "'")]
_TRIPLES = [_triple(*pair) for pair in _PAIRS]
_SINGLES = [_single(*pair) for pair in _PAIRS]
_READINGS = (
    _literals(_TRIPLES, [*_SINGLES, _GUILLEMETS]),
    _literals(_TRIPLES, _SINGLES),
    _literals(_TRIPLES, [_nesting("“", "„", "”"), _nesting("„", "„", "“”"), *_SINGLES]),
    _literals([_triple(*pair) for pair in _MIXED], [_single(*pair) for pair in _MIXED]),
)
_FIELD = re.compile(r"\{\{|\}\}|\{((?:[^{}]|\{[^{}]*\})*+)\}")

# What a notebook allows and Python does not. Timed code is Python; the rest of a line is not.
_TIMED = re.compile(r"^([ \t]*)%%?time(?:it)?\b(?:[ \t]+-\w+(?:[ \t]+\d+)?)*[ \t]*", re.MULTILINE)
_MAGIC = re.compile(r"^([ \t]*)(?:[%!?].*|[\w.]+\?{1,2}[ \t]*)$", re.MULTILINE)
_PROMPT = re.compile(r"^[ \t]*(?:>>>|In \[\d*\]:|\.{3,}:?)(?: |$)", re.MULTILINE)
_ASSIGNED = re.compile(r"^([ \t]*+[\w, ]++=[ \t]*+)[%!].*$", re.MULTILINE)


def mend(call: Call) -> Answer:
    """The desk job "spelling.mend": {"text"} -> {"text", "changed"}."""
    text = call.data["text"]
    result = mended(text)
    return Answer({"text": result, "changed": result != text})


def mended(text: str) -> str:
    """Python code with a phone's typography undone; raises nothing.

    Returns `text` itself when it already parses or is longer than `LIMIT`, and the likeliest
    reading when none parses. Literals keep their contents, comments everything.

    >>> mended("x[…, 1] —y  # it’s")
    'x[..., 1] --y  # it’s'
    >>> mended("print(“это — строка”)")
    'print("это — строка")'
    """
    if len(text) > LIMIT or _parses(text):
        return text
    readings = (_read(text, reading, signs) for signs in _SIGN_TABLES for reading in _READINGS)
    likeliest = next(readings)
    return next((each for each in chain([likeliest], readings) if _parses(each)), likeliest)


def python(text: str) -> ast.Module | None:
    """The syntax tree of a cell; None when the text, prompts and magics aside, does not parse.

    >>> ast.unparse(python(">>> x = 1\\n>>> %timeit f(x)"))
    'x = 1\\nf(x)'
    """
    tree = _parsed(text)
    return _parsed(_bare(text)) if tree is None else tree


def _parsed(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _parses(text: str) -> bool:
    return python(text) is not None


def _bare(text: str) -> str:
    """The text without prompts, common indentation and magics."""
    text = textwrap.dedent(_PROMPT.sub("", text))
    return _ASSIGNED.sub(r"\1None", _MAGIC.sub(r"\1pass", _TIMED.sub(r"\1", text)))


def _read(code: str, literals: re.Pattern[str], signs: dict[int, str]) -> str:
    """The code with its signs undone and its literals in straight quotes, read in one way."""
    parts = []
    end = 0
    for found in literals.finditer(code):
        parts.append(code[end : found.start()].translate(signs))
        width = {"comment": 0, "triple": 3, "single": 1}[found.lastgroup or "comment"]
        parts.append(_straight(found.group(), width, literals, signs) if width else found.group())
        end = found.end()
    return "".join(parts) + code[end:].translate(signs)


def _straight(literal: str, width: int, literals: re.Pattern[str], signs: dict[int, str]) -> str:
    quoted = literal.lstrip("rRbBfFuU")
    prefix = literal[: len(literal) - len(quoted)]
    opening, body, closing = quoted[:width], quoted[width:-width], quoted[-width:]
    if len(quoted) < 2 * width or closing.strip(_QUOTES):
        return literal  # unclosed: this reading will not parse
    if "f" in prefix.lower():
        body = _FIELD.sub(lambda field: _field(field, literals, signs), body)
    if opening.isascii() and closing.isascii():
        return prefix + opening + body + closing
    mark = "'" if opening[0] in _SINGLE + "'" else '"'
    # A quote after a backslash was straight when it was typed: '\'' and "\"".
    body = re.sub(rf"\\[{_SINGLE if mark == chr(39) else _DOUBLE}]", rf"\\{mark}", body)
    return prefix + mark * width + body + mark * width


def _field(field: re.Match[str], literals: re.Pattern[str], signs: dict[int, str]) -> str:
    """A replacement field of an f-string: code, and after it a format that is none."""
    code = field.group(1)
    if code is None:
        return field.group()
    last = max(code.rfind(bracket) for bracket in "[](){}" + _QUOTES)
    colon = code.find(":", last + 1)
    colon = len(code) if colon < 0 else colon
    return "{" + _read(code[:colon], literals, signs) + code[colon:] + "}"
