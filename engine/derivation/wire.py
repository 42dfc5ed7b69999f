"""A derivation as it is sent: texts of its paths and steps, with their values at the point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from engine.derivation.headline import headline, telling, unfolded
from engine.derivation.kinks import kink_note
from engine.derivation.paths import Path, Step, paths, summands, total
from engine.formula.exact import exact, values_of
from engine.formula.figures import figure
from engine.formula.shapes import Shapes, Sizes
from engine.formula.tree import Formula, Node, Point, names_in
from engine.formula.work import work
from engine.formula.writing.text import text_of
from engine.records.gradients import DerivationPath, DerivationStep
from engine.records.note import Note

Made = TypeVar("Made")

CHARACTERS: Final = 200  # of one text
STEPS: Final = 200  # of all paths of one input
EXACT_NUMBERS: Final = 20_000  # computed at 50 digits for one input


@dataclass(frozen=True, slots=True)
class Derivation:
    """Where the derivative by one input comes from: what `Partial` says of it."""

    form: str
    paths: tuple[DerivationPath, ...]
    unused: tuple[str, ...]


def derivation(formula: Formula, name: str, shapes: Shapes, point: Point | None) -> Derivation:
    """The derivative by `name` as the sum of what its paths contribute, as text.

    Without a point the values are empty, and so are those that would take too long. Raises
    `TooLong`, and what `exact` raises for shapes that do not fit.

    >>> from engine.formula.request import read_request
    >>> asked = read_request("f(x, y) = xy + (x + y)^2 at x=2, y=2")
    >>> for path in derivation(asked.formula, "x", {}, asked.point).paths:
    ...     print(path.term, "->", path.form, "=", path.value, path.rule.key)
    xy -> y = 2 rule.product_constant
    (x + y)² -> 2(x + y) · 1 = 8 rule.chain
    """
    found = paths(formula, name, shapes)
    writer = _Writer(Sizes(shapes), _Values(shapes, point) if point is not None else None)
    unused = (term for term in summands(formula.body) if name not in names_in(term))
    return Derivation(
        text_of(total(found, name, shapes)),
        tuple(map(writer.path, found)),
        tuple(_clipped(text_of(term)) for term in unused),
    )


class _Spent(Exception):
    """No more numbers may be computed."""


class _Values:
    """Values at the point, each computed once, until `EXACT_NUMBERS` have been."""

    def __init__(self, shapes: Shapes, point: Point) -> None:
        self._shapes = {name: array.shape for name, array in point.items()} | {**shapes}
        self._point = values_of(point)
        self._known: dict[int, tuple[Node, Any]] = {}
        self._left = EXACT_NUMBERS

    def of(self, node: Node) -> Any:
        """The value of a node; raises `_Spent`."""
        if id(node) not in self._known:
            self._left -= work(node, self._shapes).total
            if self._left < 0:
                raise _Spent
            self._known[id(node)] = node, exact(node, self._point)
        return self._known[id(node)][1]


class _Writer:
    """Writes the paths of one input."""

    def __init__(self, sizes: Sizes, values: _Values | None) -> None:
        self._sizes = sizes
        self._values = values
        self._texts: dict[int, tuple[Node, str]] = {}
        self._steps = STEPS

    def path(self, path: Path) -> DerivationPath:
        numbers = not any(self._sizes.of(step.outer) for step in path.steps)
        form = unfolded(path) if numbers else path.contribution
        value = self._tried(lambda values: figure(values.of(path.contribution)))
        steps = tuple(self._shown(path))
        rule = self._headline(path)
        return DerivationPath(self._text(path.term), self._text(form), value or "", rule, steps)

    def _shown(self, path: Path) -> Iterator[DerivationStep]:
        for step in telling(path.steps)[: self._steps]:
            self._steps -= 1
            yield self._step(step)

    def _step(self, step: Step) -> DerivationStep:
        outer, inner = self._text(step.outer), self._text(step.inner)
        if step.local is None:
            return DerivationStep(self._rule(step), outer, inner, "", "")
        local = step.local
        value = self._tried(lambda values: figure(values.of(local)))
        return DerivationStep(self._rule(step), outer, inner, self._text(local), value or "")

    def _rule(self, step: Step) -> Note:
        return self._tried(lambda values: kink_note(step, values.of)) or step.rule

    def _headline(self, path: Path) -> Note:
        """The rule of the path; what is special about it at the point, where that is one step."""
        rule = headline(path)
        steps = [step for step in path.steps if step.rule is rule]
        return self._rule(steps[0]) if steps else rule

    def _tried(self, compute: Callable[[_Values], Made]) -> Made | None:
        if self._values is None:
            return None
        try:
            return compute(self._values)
        except _Spent:
            return None

    def _text(self, node: Node) -> str:
        if id(node) not in self._texts:
            self._texts[id(node)] = node, _clipped(text_of(node))
        return self._texts[id(node)][1]


def _clipped(text: str) -> str:
    return text if len(text) <= CHARACTERS else text[: CHARACTERS - 1] + "…"
