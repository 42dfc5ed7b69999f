"""Names in a formula: what is one of ours, and what to say of one that is not."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from keyword import iskeyword
from typing import Final

from engine.formula.operations import OPERATIONS
from engine.formula.reading.calls import MODULES, function, function_names
from engine.formula.reading.cursor import Cursor
from engine.formula.reading.mistakes import QUOTED, Mistake, clipped
from engine.formula.reading.tokens import Kind, Token

CONSTANTS: Final = {"pi": "pi", "π": "pi", "e": "e"}
METHODS: Final = frozenset({"T", "t", "mT"})
WRAPPERS: Final = frozenset({"tensor", "array", "Tensor"})
LONGEST: Final = 20
_BUILTINS: Final = {*dir(builtins)} - {"round"}

_SUGGESTED: Final = 0.6


def plain_name(cursor: Cursor, token: Token) -> Token:
    """The name without the modules before it, `nn.functional.relu`; its token spans them all."""
    name = token
    while name.text in MODULES and cursor.ahead(Kind.DOT) and cursor.ahead(Kind.NAME, ahead=1):
        cursor.take()
        last = cursor.take()
        name = Token(Kind.NAME, last.text, token.start, last.end)
    return name


def unknown(token: Token, inputs: Collection[str]) -> Mistake:
    """What to say of a name that is neither an input nor a function."""
    name = token.text
    if iskeyword(name) or name in _BUILTINS:
        return Mistake("mistake.program", token.start, token.end)
    if is_russian(name):
        return Mistake("mistake.russian", token.start, token.end, name=clipped(name))
    if near := _nearest(name, inputs):
        values = {"name": clipped(name), "nearest": near}
        return Mistake("mistake.unknown_name", token.start, token.end, **values)
    return Mistake("mistake.unknown", token.start, token.end, name=clipped(name))


def _nearest(name: str, inputs: Collection[str]) -> str:
    """The input or function that a name was meant to be; empty when none is near."""
    known = {each.lower(): each for each in [*function_names(), *inputs]}
    found = get_close_matches(name[:QUOTED].lower(), known, 1, _SUGGESTED)
    return known[found[0]] if found else ""


def check_inputs(declared: Sequence[Token]) -> None:
    """Raises `Mistake` for a name in a head or a point that no input can have."""
    for token in declared:
        name = token.text
        if name in CONSTANTS or name in OPERATIONS:
            raise Mistake("mistake.taken", token.start, token.end, name=name)
        if iskeyword(name):
            raise Mistake("mistake.program", token.start, token.end)
        if is_russian(name):
            raise Mistake("mistake.russian", token.start, token.end, name=clipped(name))
        if len(name) > LONGEST:
            raise Mistake("mistake.long_name", token.start, token.end, most=LONGEST)


def is_known(name: str) -> bool:
    """Whether a name is a constant or a function."""
    return name in CONSTANTS or name in WRAPPERS or function(name) is not None


def is_russian(name: str) -> bool:
    """Whether a letter in it is Cyrillic, and not taken for Latin."""
    return any("\u0400" <= letter <= "\u04ff" for letter in name)
