"""Which names of a formula are inputs, and which are several of them written side by side."""

from __future__ import annotations

import builtins
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from keyword import iskeyword
from typing import Final

from engine.formula.calls import MODULES, function, function_names
from engine.formula.cursor import Cursor
from engine.formula.mistakes import QUOTED, Mistake, clipped
from engine.formula.operations import OPERATIONS
from engine.formula.spelled import PLAIN_SUPERSCRIPTS
from engine.formula.tokens import Kind, Token
from engine.records import Note

CONSTANTS: Final = {"pi": "pi", "π": "pi", "e": "e"}
METHODS: Final = frozenset({"T", "t", "mT"})
WRAPPERS: Final = frozenset({"tensor", "array", "Tensor"})
LONGEST: Final = 20
_BUILTINS: Final = {*dir(builtins)} - {"round"}

_SINGLE: Final = re.compile(r"[^\W\d_](?:_?\d+)?\Z")
_PIECE: Final = re.compile(r"[^\W\d_](?:_?\d+)?|\d+")
_GLUED: Final = re.compile(  # sinx, ln2x, xsinx
    r"([^\W\d_]??)"
    r"(a?sin|a?cos|a?tan|arcsin|arccos|arctg|arctan|ctg|tg|ln|lg|log|exp|sqrt)"
    r"(\d*)((?:[^\W\d_](?:_?\d+)?)*)\Z"
)
_SIDE_BY_SIDE: Final = frozenset("xyz")  # xy is x·y even where neither stands alone
_SUGGESTED: Final = 0.6
_MISSPELT: Final = 0.75  # rather a slip of a function's name than an input
_LONGEST_PRODUCT: Final = 3
_LONGEST_DECLARED: Final = 8


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
    if _is_russian(name):
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
        if _is_russian(name):
            raise Mistake("mistake.russian", token.start, token.end, name=clipped(name))
        if len(name) > LONGEST:
            raise Mistake("mistake.long_name", token.start, token.end, most=LONGEST)


def inputs_of(tokens: Sequence[Token], given: Collection[str] = ()) -> list[str]:
    """The inputs of a formula whose head declares none, in order; `given` are some of them.

    >>> from engine.formula.tokens import tokens
    >>> inputs_of(tokens("3xy² + sin a + w_1"))
    ['x', 'y', 'a', 'w_1']
    """
    found = list(dict.fromkeys(name for each in _free(tokens) for name in _without_function(each)))
    single = {*given, *(name for name in found if _SINGLE.match(name))}
    inputs = [part for name in found for part in _loose_parts(name, single) or [name]]
    return [name for name in dict.fromkeys(inputs) if name not in CONSTANTS]


def _without_function(name: str) -> list[str]:
    """The `x` of `sinx` and `xsinx`; any other name as it is."""
    glued = _GLUED.match(name)
    around = [part for part in (glued[1], glued[4]) if part] if glued else []
    return around if around and all(map(_SINGLE.match, around)) else [name]


def _free(tokens: Sequence[Token]) -> Iterator[str]:
    """The names that nothing else explains: not functions, constants, methods, modules."""
    for at, token in enumerate(tokens):
        before, after = tokens[max(at - 1, 0)], tokens[min(at + 1, len(tokens) - 1)]
        if token.kind is Kind.RAISED:  # eˣ
            yield from set("xyn") & set(token.text.translate(PLAIN_SUPERSCRIPTS))
        if token.kind is not Kind.NAME or before.kind is Kind.DOT or after.kind is Kind.EQUALS:
            continue
        if token.text in MODULES and after.kind is Kind.DOT:
            continue
        if token.text == "T" and before.text == "^":
            continue
        if after.text == "(" and not after.spaced and not _SINGLE.match(token.text):
            continue  # an unknown function
        if not _is_known(token.text) and _may_be_input(token.text):
            yield token.text


def _is_known(name: str) -> bool:
    return name in CONSTANTS or name in WRAPPERS or function(name) is not None


def _may_be_input(name: str) -> bool:
    if iskeyword(name) or _is_russian(name):
        return False
    return _without_function(name) != [name] or not _is_misspelt(name)


def _is_russian(name: str) -> bool:
    return any("\u0400" <= letter <= "\u04ff" for letter in name)


def _is_misspelt(name: str) -> bool:
    """Whether a name is rather a slip of a function's: `relux`, `sine`."""
    if len(name) < 4:
        return False
    return bool(get_close_matches(name[:QUOTED].lower(), function_names(), 1, _MISSPELT))


def divided(
    tokens: Sequence[Token], inputs: Collection[str], declared: Collection[str], notes: list[Note]
) -> list[Token]:
    """The tokens, with `xy` as x and y where those are inputs, `sinx` as sin and x.

    How it was read is noted, unless all the parts were declared.
    """
    result: list[Token] = []
    for at, token in enumerate(tokens):
        before, after = tokens[max(at - 1, 0)], tokens[min(at + 1, len(tokens) - 1)]
        apart = token.kind is Kind.NAME and before.kind is not Kind.DOT
        parts = _pieces(token.text, inputs) if apart and after.kind is not Kind.EQUALS else []
        result += _placed(token, parts) if parts else [token]
        sign = "·" if parts and parts[0] in inputs else " "
        note = Note("note.product", {"text": token.text, "read": sign.join(parts)})
        if parts and not {*parts} <= {*declared, *CONSTANTS} and note not in notes:
            notes.append(note)
    return result


def _placed(token: Token, parts: Iterable[str]) -> Iterator[Token]:
    start, spaced = token.start, token.spaced
    for part in parts:
        kind = Kind.NUMBER if part.isdecimal() else Kind.NAME
        yield Token(kind, part, start, start + len(part), spaced)
        start, spaced = start + len(part), False


def _pieces(name: str, inputs: Collection[str]) -> list[str]:
    """What a name that is none of ours is made of; empty when it is one thing."""
    if name in inputs or _is_known(name) or name in MODULES or len(name) > QUOTED:
        return []
    if glued := _GLUED.match(name):
        before, called, number, after = glued.groups()
        letters = [after] if after in inputs else _parts(after, inputs)
        if (number or letters) and (letters or not after) and (not before or before in inputs):
            return [part for part in (before, called, number, *letters) if part]
    return _parts(name, inputs)


def _parts(name: str, inputs: Collection[str]) -> list[str]:
    """The inputs that a run of letters is made of, as few as can be; empty when it is none."""
    words = [*inputs, *CONSTANTS]
    best: list[list[str] | None] = [[]] + [None] * len(name)
    for end in range(1, len(name) + 1):
        for word in words:
            before = best[max(end - len(word), 0)]
            if before is None or not name.endswith(word, 0, end) or len(word) > end:
                continue
            longer = best[end]
            if longer is None or len(before) + 1 < len(longer):
                best[end] = [*before, word]
    parts = best[len(name)] or []
    return parts if 1 < len(parts) <= _LONGEST_DECLARED else []


def _loose_parts(name: str, single: Collection[str]) -> list[str]:
    """The parts of a run of inputs; of a short one of letters, if one of them stands alone."""
    if name in single or (known := _parts(name, single)):
        return [] if name in single else known
    parts = _PIECE.findall(name)
    if "".join(parts) != name or not 1 < len(parts) <= _LONGEST_PRODUCT:
        return []
    if any(part.isdecimal() for part in parts):
        return []
    return parts if any(part in single for part in parts) or _is_product(parts) else []


def _is_product(parts: Sequence[str]) -> bool:
    """Whether nobody names one variable so: xy, x1x2, αx, πx."""
    numbered = all(len(part) > 1 for part in parts)
    scripts = {part.isascii() for part in parts}
    return numbered or {*parts} <= {*_SIDE_BY_SIDE, "e"} or (len(scripts) > 1 and parts[0] != "Δ")
