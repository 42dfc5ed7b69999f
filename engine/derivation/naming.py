"""What a step is called, by what stands beside the input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.derivation.rules import rule_of
from engine.formula.tree import Apply, Node, names_in
from engine.formula.writing.text import text_of
from engine.records.note import Note


def rule_note(node: Node, place: int, name: str) -> Note:
    """The name of the rule by which `node` is differentiated, by `name` in argument `place`."""
    if not isinstance(node, Apply):
        return Note("rule.index")
    named = _NAMED.get(node.op)
    return (named and named(node, place, name)) or Note(rule_of(node).key)


def _product(node: Apply, place: int, name: str) -> Note | None:
    other = node.args[1 - place]
    if name in names_in(other):
        return None
    return Note("rule.product_constant", {"constant": text_of(other)})


def _quotient(node: Apply, place: int, name: str) -> Note | None:
    other = node.args[1 - place]
    if name in names_in(other):
        return None
    key = "rule.quotient_constant" if place == 0 else "rule.constant_divided"
    return Note(key, {"constant": text_of(other)})


def _power(node: Apply, place: int, name: str) -> Note | None:
    if name in names_in(node.args[1 - place]):
        return Note("rule.power_both")
    return Note("rule.power_base") if place == 1 else None


_NAMED: Final[dict[str, Callable[[Apply, int, str], Note | None]]] = {
    "mul": _product,
    "div": _quotient,
    "pow": _power,
}
