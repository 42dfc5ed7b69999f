"""A formula differentiated: along every path from an input into it, and all of them added up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeGuard

from engine.derivation.broadcast import full, gathered
from engine.derivation.naming import rule_note
from engine.derivation.rules import rule_of
from engine.derivation.tidy import ONE, ZERO, apply, negated, plus, times
from engine.derivation.weights import TooLong, Weights
from engine.formula.limits import DERIVED_DEPTH, DERIVED_STEPS
from engine.formula.shapes import Shapes, Sizes
from engine.formula.sizes import depth
from engine.formula.tree import Apply, Compare, Formula, Name, Node, children, walk
from engine.records.note import Note


@dataclass(frozen=True, slots=True)
class Step:
    """From an operation `outer` to its argument number `place`, which is `inner`.

    `local` is ∂outer/∂inner where each element of `inner` has one derivative, else None;
    `adjoint` is ∂(formula)/∂inner along this path, maybe still to be repeated to its shape.
    """

    rule: Note
    outer: Node
    inner: Node
    place: int
    local: Node | None
    adjoint: Node


@dataclass(frozen=True, slots=True)
class Path:
    """One way in which an input enters the formula, from the outside to the input.

    `term` is the summand that it runs through, with its sign; `contribution` what it adds to the
    derivative, in the shape of the input.
    """

    term: Node
    steps: tuple[Step, ...]
    contribution: Node


def derivative(formula: Formula, name: str, shapes: Shapes) -> Node:
    """∂(formula)/∂name, in the shape of the input: the sum of what its paths contribute.

    Of a formula whose value is no single number: the derivative of the sum of its elements.
    `shapes` are those of the inputs; an input that is not there is a number. Raises `TooLong`.

    >>> from engine.formula.request import read_formula
    >>> from engine.formula.writing.text import text_of
    >>> text_of(derivative(read_formula("f(x, y) = x^2 + xy + (x + y)^2"), "x", {}))
    '2x + y + 2(x + y)'
    """
    try:
        return total(paths(formula, name, shapes), name, shapes)
    except RecursionError as error:  # each factor on a path is one level more
        raise TooLong("a derivative that is too deep") from error


def total(found: tuple[Path, ...], name: str, shapes: Shapes) -> Node:
    """The sum of what paths of one input contribute. Raises `TooLong`."""
    whole: Node = ZERO
    for path in found:
        whole = plus(whole, _unrepeated(path.contribution))
    if depth(whole) > DERIVED_DEPTH:
        raise TooLong(f"a derivative of more than {DERIVED_DEPTH} levels")
    return full(whole, Name(name), Sizes(shapes))


def _unrepeated(node: Node) -> Node:
    return node.args[0] if isinstance(node, Apply) and node.op == "like" else node


def paths(formula: Formula, name: str, shapes: Shapes) -> tuple[Path, ...]:
    """Every path from `name` into the formula, from left to right; none through a condition.

    What they contribute adds up to the derivative. Raises `TooLong`.
    """
    return tuple(_Walk(name, Sizes(shapes)).paths(formula.body))


def summands(body: Node) -> tuple[Node, ...]:
    """The terms of a sum, each with its sign.

    >>> x, y = Name("x"), Name("y")
    >>> summands(apply("sub", x, y)) == (x, apply("neg", y))
    True
    """
    found: list[Node] = []
    waiting = [(body, 1)]
    while waiting:
        node, sign = waiting.pop()
        if _is_sum(node):
            waiting += [(node.args[1], sign * _SIGNS[node.op]), (node.args[0], sign)]
        else:
            found.append(_signed(node, sign))
    return tuple(found)


_SIGNS: Final = {"add": 1, "sub": -1}


def _is_sum(node: Node) -> TypeGuard[Apply]:
    return isinstance(node, Apply) and node.op in _SIGNS


def _signed(node: Node, sign: int) -> Node:
    return node if sign > 0 else negated(node)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a walk has come to; `term` once it has left the sum at the top."""

    node: Node
    adjoint: Node
    steps: tuple[Step, ...] = ()
    term: Node | None = None
    sign: int = 1


class _Walk:
    """All ways from a formula down to one input."""

    def __init__(self, name: str, sizes: Sizes) -> None:
        self._name = name
        self._sizes = sizes
        self._weights = Weights()
        self._uses: dict[int, bool] = {}
        self._rules: dict[tuple[int, int], tuple[Note, Node | None]] = {}
        self._steps = 0

    def paths(self, body: Node) -> Iterator[Path]:
        self._look(body)
        waiting = [_Place(body, ONE)]
        while waiting:
            place = self._termed(waiting.pop())
            if place.node == Name(self._name):
                yield self._arrived(place)
            else:
                waiting += reversed(list(self._below(place)))

    def _look(self, body: Node) -> None:
        """Note which nodes the input stands in; conditions do not count."""
        for node in reversed([*walk(body)]):
            below = () if isinstance(node, Compare) else children(node)
            here = isinstance(node, Name) and node.name == self._name
            self._uses[id(node)] = here or any(self._uses[id(child)] for child in below)

    def _termed(self, place: _Place) -> _Place:
        if place.term is not None or _is_sum(place.node):
            return place
        return replace(place, term=_signed(place.node, place.sign))

    def _arrived(self, place: _Place) -> Path:
        contribution = full(place.adjoint, place.node, self._sizes)
        self._weights.spend(contribution)
        return Path(place.term or place.node, place.steps, contribution)

    def _below(self, place: _Place) -> Iterator[_Place]:
        if not self._uses[id(place.node)]:
            return
        for number, child in enumerate(children(place.node)):
            if not self._uses[id(child)]:
                continue
            step = self._step(place, number, child)
            sign = place.sign
            if _is_sum(place.node) and number == 1:
                sign *= _SIGNS[place.node.op]
            yield _Place(child, step.adjoint, (*place.steps, step), place.term, sign)

    def _step(self, place: _Place, number: int, child: Node) -> Step:
        node, g = place.node, place.adjoint
        self._steps += 1
        if self._steps > DERIVED_STEPS:
            raise TooLong(f"paths of more than {DERIVED_STEPS} steps")
        rule, local = self._rule(node, number)
        adjoint = ZERO if g == ZERO else self._pulled(g, node, number, local)
        self._weights.check(adjoint)
        return Step(rule, node, child, number, local, adjoint)

    def _rule(self, node: Node, number: int) -> tuple[Note, Node | None]:
        """The rule's name and the local derivative, the same for every path that comes by."""
        key = id(node), number
        if key not in self._rules:
            local: Node | None = None
            if isinstance(node, Apply) and (found := rule_of(node).local):
                local = found(node, number, self._sizes)
            self._rules[key] = rule_note(node, number, self._name), local
        return self._rules[key]

    def _pulled(self, g: Node, node: Node, number: int, local: Node | None) -> Node:
        if not isinstance(node, Apply):
            return apply("placed", g, node)
        if pull := rule_of(node).pull:
            return pull(g, node, number, self._sizes)
        assert local is not None
        pulled = times(g, local)
        return pulled if pulled == ZERO else gathered(pulled, node, node.args[number], self._sizes)
