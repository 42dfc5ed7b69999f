"""Which names of a formula are inputs, and which are several of them written side by side."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from keyword import iskeyword
from typing import Final

from engine.formula.calls import MODULES, function, function_names
from engine.formula.mistakes import Mistake, clipped
from engine.formula.tokens import Kind, Token
from engine.records import Note

CONSTANTS: Final = {"pi": "pi", "π": "pi", "e": "e"}
METHODS: Final = frozenset({"T", "t", "mT"})
WRAPPERS: Final = frozenset({"tensor", "array", "Tensor"})

_SINGLE: Final = re.compile(r"[^\W\d_](?:_?\d+)?\Z")
_PIECE: Final = re.compile(r"[^\W\d_](?:_?\d+)?|\d+")
_GLUED: Final = re.compile(  # sinx, ln2x
    r"(arcsin|arccos|arctg|arctan|sin|cos|tan|ctg|tg|ln|lg|log|exp|sqrt|sh|ch|th)(\d*)(.*)\Z"
)
_SIDE_BY_SIDE: Final = frozenset("xyz")  # xy is x·y even where neither stands alone
_LIKENESS: Final = 0.75
_LONGEST_PRODUCT: Final = 3
_LONGEST_DECLARED: Final = 8


def unknown(token: Token, inputs: Collection[str]) -> Mistake:
    """What to say of a name that is neither an input nor a function."""
    name = token.text
    near = nearest(name, inputs)
    key = "mistake.unknown_name" if near else "mistake.unknown"
    values = {"name": clipped(name), **({"nearest": near} if near else {})}
    return Mistake(key, token.start, token.end, **values)


def nearest(name: str, inputs: Collection[str]) -> str:
    """The input or function that a name was meant to be; empty when none is near."""
    lower = {known.lower(): known for known in [*function_names(), *inputs]}
    found = get_close_matches(name[:40].lower(), lower, 1, 0.6)
    return lower[found[0]] if found else ""


def inputs_of(tokens: Sequence[Token]) -> list[str]:
    """The inputs of a formula that declares none, in order; names of several letters too."""
    found = list(dict.fromkeys(map(_without_function, _free(tokens))))
    single = {name for name in found if _SINGLE.match(name)}
    inputs = [part for name in found for part in _parts(name, single) or [name]]
    return [name for name in dict.fromkeys(inputs) if name not in CONSTANTS]


def _without_function(name: str) -> str:
    """The `x` of `sinx`."""
    glued = _GLUED.match(name)
    return glued[3] if glued and _SINGLE.match(glued[3]) else name


def _free(tokens: Sequence[Token]) -> Iterator[str]:
    """The names that nothing else explains: not functions, constants, methods, modules."""
    for at, token in enumerate(tokens[:-1]):
        before, after = tokens[at - 1] if at else None, tokens[at + 1]
        if token.kind is not Kind.NAME or (before and before.kind is Kind.DOT):
            continue
        if after.kind is Kind.DOT and token.text in MODULES:
            continue
        keyword = after.kind is Kind.EQUALS
        raised = before and before.text == "^" and token.text == "T"
        called = after.text == "(" and not after.spaced and len(token.text) > 1
        if keyword or raised or called or token.text in CONSTANTS or function(token.text):
            continue
        if _without_function(token.text) == token.text and _likely_misspelt(token.text):
            continue
        if _nameable(token.text):
            yield token.text


def _nameable(name: str) -> bool:
    return not iskeyword(name) and not any("\u0400" <= letter <= "\u04ff" for letter in name)


def _likely_misspelt(name: str) -> bool:
    """Whether a name is rather a slip of a function's: `relux`, `sine`."""
    if len(name) < 4:
        return False
    return bool(get_close_matches(name[:40].lower(), function_names(), 1, _LIKENESS))


def divided(
    tokens: Sequence[Token], inputs: Collection[str], *, declared: bool, notes: list[Note]
) -> list[Token]:
    """The tokens, with `xy` as x and y where those are inputs, `sinx` as sin and x."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        method = at > 0 and tokens[at - 1].kind is Kind.DOT
        keyword = tokens[min(at + 1, len(tokens) - 1)].kind is Kind.EQUALS
        parts = [] if method or keyword else _pieces(token, inputs, declared=declared)
        if len(parts) < 2:
            result.append(token)
            continue
        if not declared:
            read = "·".join(parts) if parts[0] in inputs else " ".join(parts)
            _note_once(notes, Note("note.product", {"text": token.text, "read": read}))
        result += _placed(token, parts)
    return result


def _note_once(notes: list[Note], note: Note) -> None:
    if note not in notes:
        notes.append(note)


def _placed(token: Token, parts: Iterable[str]) -> Iterator[Token]:
    start, spaced = token.start, token.spaced
    for part in parts:
        kind = Kind.NUMBER if part.isdecimal() else Kind.NAME
        yield Token(kind, part, start, start + len(part), spaced)
        start, spaced = start + len(part), False


def _pieces(token: Token, inputs: Collection[str], *, declared: bool) -> list[str]:
    name = token.text
    if token.kind is not Kind.NAME or name in inputs or name in CONSTANTS or function(name):
        return []
    if name in MODULES or name in WRAPPERS or len(name) > 40:
        return []
    if (glued := _GLUED.match(name)) and (glued[2] or glued[3]):
        rest = [glued[3]] if glued[3] in inputs else _parts(glued[3], inputs)
        if rest or not glued[3]:
            return [part for part in (glued[1], glued[2], *rest) if part]
    return _parts(name, inputs) if declared or len(name) <= _LONGEST_PRODUCT else []


def _parts(name: str, inputs: Collection[str]) -> list[str]:
    """The inputs that a run of letters is made of; empty when it is none."""
    parts = _PIECE.findall(name)
    if "".join(parts) != name or not 1 < len(parts) <= _LONGEST_DECLARED:
        return []
    known = {*inputs, *(_SIDE_BY_SIDE if set(parts) <= _SIDE_BY_SIDE else ())}
    return parts if all(part in known or part in CONSTANTS for part in parts) else []
