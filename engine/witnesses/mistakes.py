"""What a wrong derivative is instead: the usual mistakes, each made on purpose and compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Final

from engine.derivation import derivative
from engine.derivation.paths import summands
from engine.formula.tree import (
    Apply,
    Compare,
    Formula,
    Name,
    Node,
    Number,
    children,
    names_in,
    walk,
    with_children,
)
from engine.formula.writing.text import text_of
from engine.records import Note

PLACES_MOST: Final = 24  # sub-expressions of a formula in which a mistake is tried
INNER: Final = "inner_"  # the name that stands for a sub-expression; no student's ends so


@dataclass(frozen=True, slots=True)
class Guess:
    """A formula that a student who made this mistake would have got."""

    note: Note
    wrong: Node


def guesses(formula: Formula, name: str, right: Mapping[str, Node]) -> Iterator[Guess]:
    """Every wrong ∂f/∂name that we know how to make, the commonest first.

    `right` are the derivatives by every input, which must be numbers.
    """
    yield Guess(Note("hint.sign"), Apply("neg", (right[name],)))
    yield Guess(Note("hint.itself"), formula.body)
    for other in formula.inputs:
        if other != name:
            yield Guess(Note("hint.other_variable", {"name": other}), right[other])
    yield from _summands(formula, name, right[name])
    yield from islice(_rules(formula, name), PLACES_MOST)


def _summands(formula: Formula, name: str, right: Node) -> Iterator[Guess]:
    terms = list(summands(formula.body))
    if len(terms) == 1:
        return
    for term in terms:
        said = {"term": text_of(term), "name": name}
        if name in names_in(term):
            part = _partial(formula, term, name)
            yield Guess(Note("hint.missing_term", said), Apply("sub", (right, part)))
        else:
            yield Guess(Note("hint.kept_term", said), Apply("add", (right, term)))


def _rules(formula: Formula, name: str) -> Iterator[Guess]:
    """One sub-expression differentiated by a wrong rule, everything around it by the right one."""
    seen: set[int] = set()
    for node in walk(formula.body):
        if not isinstance(node, Apply) or name not in names_in(node) or id(node) in seen:
            continue
        seen.add(id(node))
        for key, local in _wrong_locals(formula, node, name):
            yield Guess(Note(key, {"text": text_of(node)}), _around(formula, node, name, local))


def _wrong_locals(formula: Formula, node: Apply, name: str) -> Iterator[tuple[str, Node]]:
    """∂node/∂name as somebody gets it who forgets a part of the rule."""
    args = node.args
    inner = [_partial(formula, each, name) for each in args if not isinstance(each, Compare)]
    if len(args) == 1 and not isinstance(args[0], Name):
        outer = _partial(formula, _with(node, args[0], Name(INNER)), INNER)
        yield "hint.chain", _with(outer, Name(INNER), args[0])
    if node.op == "mul":
        yield "hint.product", Apply("mul", (inner[0], inner[1]))
    if node.op == "div" and name in names_in(args[1]):
        yield "hint.quotient", Apply("div", (inner[0], inner[1]))
    if node.op == "pow" and name not in names_in(args[1]):
        yield from _wrong_powers(args[0], args[1], inner[0])
    if node.op == "exp":
        lowered = Apply("exp", (Apply("sub", (args[0], ONE)),))
        yield "hint.exponential", Apply("mul", (args[0], Apply("mul", (lowered, inner[0]))))
    if node.op == "pow" and name not in names_in(args[0]):
        lowered = Apply("pow", (args[0], Apply("sub", (args[1], ONE))))
        yield "hint.exponential", Apply("mul", (args[1], Apply("mul", (lowered, inner[1]))))


ONE: Final = Number(Fraction(1))


def _wrong_powers(base: Node, exponent: Node, inner: Node) -> Iterator[tuple[str, Node]]:
    lowered = Apply("pow", (base, Apply("sub", (exponent, ONE))))
    if not isinstance(base, Name):
        yield "hint.chain", Apply("mul", (exponent, lowered))
    whole = Apply("mul", (exponent, Apply("pow", (base, exponent))))
    yield "hint.power", Apply("mul", (whole, inner))
    yield "hint.power_factor", Apply("mul", (lowered, inner))


def _around(formula: Formula, node: Node, name: str, local: Node) -> Node:
    """∂f/∂name when ∂node/∂name is taken to be `local`."""
    held = _with(formula.body, node, Name(INNER))
    through = _with(_partial(formula, held, INNER), Name(INNER), node)
    beside = _with(_partial(formula, held, name), Name(INNER), node)
    return Apply("add", (Apply("mul", (through, local)), beside))


def _partial(formula: Formula, node: Node, name: str) -> Node:
    inputs = (*formula.inputs, INNER)
    return derivative(Formula("f", inputs, node), name, dict.fromkeys(inputs, ()))


def _with(whole: Node, part: Node, instead: Node) -> Node:
    """The node with every `part` in it replaced; a Name by its value, others by identity."""
    if whole is part or (isinstance(part, Name) and whole == part):
        return instead
    return with_children(whole, [_with(each, part, instead) for each in children(whole)])
