"""The inputs of a formula whose head declares none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from keyword import iskeyword
from typing import Final

from engine.formula.reading.calls import MODULES, function_names
from engine.formula.reading.glued import beside_function, is_single, loose_parts
from engine.formula.reading.mistakes import QUOTED
from engine.formula.reading.names import CONSTANTS, is_known, is_russian
from engine.formula.reading.spelled import PLAIN_SUPERSCRIPTS
from engine.formula.reading.tokens import Kind, Token

_MISSPELT: Final = 0.75  # rather a slip of a function's name than an input


def inputs_of(tokens: Sequence[Token], given: Collection[str] = ()) -> list[str]:
    """The inputs of a formula whose head declares none, in order; `given` are some of them.

    >>> from engine.formula.reading.tokens import tokens
    >>> inputs_of(tokens("3xy² + sin a + w_1"))
    ['x', 'y', 'a', 'w_1']
    """
    found = list(dict.fromkeys(name for each in _free(tokens) for name in beside_function(each)))
    single = {*given, *(name for name in found if is_single(name))}
    inputs = [part for name in found for part in loose_parts(name, single) or [name]]
    return [name for name in dict.fromkeys(inputs) if name not in CONSTANTS]


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
        if after.text == "(" and not after.spaced and not is_single(token.text):
            continue  # an unknown function
        if not is_known(token.text) and _may_be_input(token.text):
            yield token.text


def _may_be_input(name: str) -> bool:
    if iskeyword(name) or is_russian(name):
        return False
    return beside_function(name) != [name] or not _is_misspelt(name)


def _is_misspelt(name: str) -> bool:
    """Whether a name is rather a slip of a function's: `relux`, `sine`."""
    if len(name) < 4:
        return False
    return bool(get_close_matches(name[:QUOTED].lower(), function_names(), 1, _MISSPELT))
