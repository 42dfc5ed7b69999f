"""Tables of derivatives: the Jacobian, the Hessian, every derivative of a higher order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final

import torch

from engine.derivation import TooLong
from engine.formula.exact import exact, values_of
from engine.formula.figures import figure
from engine.formula.tensors import tensors_of
from engine.formula.tree import Array, Formula, Node, Point, walk
from engine.formula.work import work
from engine.formula.writing.torch_function import torch_function
from engine.records import Note, Table
from engine.witnesses.agreement import scalar

ROWS: Final = 24  # derivatives of a higher order
SHOWN: Final = 12  # rows and columns; of more the first ones are shown
FORMS_NODES: Final = 20_000  # of all formulas in a table that is computed at 50 digits
WORK: Final = 1 << 24  # numbers handled for one table


@dataclass(frozen=True, slots=True)
class Derived:
    """A formula with the derivative by every input, and how to differentiate further."""

    formula: Formula
    derivatives: Mapping[str, Node]
    point: Point
    differentiate: Callable[[Node, str], Node]  # by an input; all inputs are numbers
    shorten: Callable[[Node], str]

    @property
    def complete(self) -> bool:
        """Whether every input has a value."""
        return set(self.formula.inputs) <= set(self.point)

    @property
    def numbers(self) -> bool:
        """Whether every input is a number (an input without a value counts as one)."""
        return scalar(self.point)


def jacobian(derived: Derived) -> Table:
    """∂f_i/∂x_j: a row per element of the value, a column per element of the inputs.

    Numbers by torch's backward pass, one per row; forms where value and inputs are numbers.
    """
    formula = derived.formula
    if derived.numbers and len(derived.derivatives) == len(formula.inputs):
        nodes = [[derived.derivatives[name] for name in formula.inputs]]
        title = Note("table.gradient_row", {"head": head_of(formula)})
        return _of_forms(derived, title, formula.inputs, (formula.title,), nodes)
    rows, shape = _jacobian_rows(derived)
    names = [*_element_names(derived.point, formula.inputs)]
    size = {"rows": math.prod(shape), "columns": len(names), "shape": str(shape)}
    title = Note("table.jacobian", {"head": head_of(formula), **size})
    row_names = [_indexed(formula.title, shape, place) for place in range(math.prod(shape))]
    return _cut(title, names, row_names, rows)


def hessian(derived: Derived) -> Iterator[Table]:
    """∂²f/∂x_i∂x_j of a formula whose value is a number: symmetric wherever it is continuous."""
    formula = derived.formula
    names = formula.inputs
    nodes = _second_forms(derived)
    if nodes:
        title = Note("table.hessian", {"head": head_of(formula)})
        yield _of_forms(derived, title, names, names, nodes)
    elif derived.complete:
        yield _hessian_of_elements(derived)


def _second_forms(derived: Derived) -> list[list[Node]]:
    """∂²f/∂x_i∂x_j as formulas; nothing for tensors, nor where they are too long."""
    names = derived.formula.inputs
    if not derived.numbers or len(derived.derivatives) < len(names):
        return []
    try:
        nodes = [[_second(derived, row, column) for column in names] for row in names]
    except TooLong:
        return []
    return nodes if _size(nodes) <= FORMS_NODES else []


def _second(derived: Derived, row: str, column: str) -> Node:
    return derived.differentiate(derived.derivatives[row], column)


def _size(nodes: Sequence[Sequence[Node]]) -> int:
    return sum(1 for row in nodes for node in row for _ in walk(node))


def _hessian_of_elements(derived: Derived) -> Table:
    formula = derived.formula
    names = [*_element_names(derived.point, formula.inputs)]
    title = Note(
        "table.hessian_of", {"head": head_of(formula), "rows": len(names), "columns": len(names)}
    )
    return _cut(title, names, names, _hessian_rows(derived))


def of_order(derived: Derived, order: int) -> Iterator[Table]:
    """Every derivative of that order, of a formula of numbers: ∂³f/∂x²∂y once for all ways to it.

    Nothing where the derivatives grow too long to be differentiated again.
    """
    try:
        by = _all_of_order(derived, order)
    except TooLong:
        return
    title = Note("table.order", {"head": head_of(derived.formula), "order": order})
    rows = [[node] for node in by.values()]
    yield _of_forms(derived, title, ("",), [*map(_partial_name, by)], rows)


def _all_of_order(derived: Derived, order: int) -> dict[tuple[str, ...], Node]:
    names = derived.formula.inputs
    by: dict[tuple[str, ...], Node] = {(name,): derived.derivatives[name] for name in names}
    for degree in range(2, order + 1):
        longer = list(combinations_with_replacement(names, degree))[:ROWS]
        by = {each: derived.differentiate(by[each[:-1]], each[-1]) for each in longer}
    return by


def head_of(formula: Formula) -> str:
    """A formula's head: f(x, y)."""
    return f"{formula.title}({', '.join(formula.inputs)})"


def _partial_name(names: Sequence[str]) -> str:
    """∂³/∂x²∂y."""
    order = str(len(names)).translate(_RAISED)
    powers = {name: names.count(name) for name in names}
    below = "".join(
        f"∂{name}{str(n).translate(_RAISED) if n > 1 else ''}" for name, n in powers.items()
    )
    return f"∂{order}/{below}"


_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _of_forms(
    derived: Derived,
    title: Note,
    columns: Sequence[str],
    row_names: Sequence[str],
    nodes: Sequence[Sequence[Node]],
) -> Table:
    forms = tuple(tuple(map(derived.shorten, row)) for row in nodes)
    rows: tuple[tuple[str, ...], ...] = ()
    if derived.complete and _size(nodes) <= FORMS_NODES:
        values = values_of(derived.point)
        rows = tuple(tuple(figure(exact(node, values)) for node in row) for row in nodes)
    return Table(title, tuple(columns), tuple(row_names), rows, forms)


def _jacobian_rows(derived: Derived) -> tuple[list[torch.Tensor], tuple[int, ...]]:
    leaves = [each.requires_grad_() for each in _tensors(derived).values()]
    value = torch_function(derived.formula)(*leaves)
    return list(_gradients(value.flatten(), leaves, _affordable(derived))), tuple(value.shape)


def _hessian_rows(derived: Derived) -> list[torch.Tensor]:
    leaves = [each.requires_grad_() for each in _tensors(derived).values()]
    value = torch_function(derived.formula)(*leaves)
    if not value.requires_grad:
        first = torch.zeros(sum(leaf.numel() for leaf in leaves), dtype=torch.float64)
    else:
        grads = torch.autograd.grad(
            value, leaves, create_graph=True, allow_unused=True, materialize_grads=True
        )
        first = torch.cat([each.flatten() for each in grads])
    return list(_gradients(first, leaves, _affordable(derived)))


def _affordable(derived: Derived) -> int:
    """How many rows there is time for, of those that are shown."""
    shapes = {name: array.shape for name, array in derived.point.items()}
    total = work(derived.formula.body, shapes).total
    return max(1, min(SHOWN, WORK // (8 * total)))


def _gradients(
    values: torch.Tensor, leaves: Sequence[torch.Tensor], most: int
) -> Iterator[torch.Tensor]:
    for each in values[:most]:
        if not each.requires_grad:
            yield torch.zeros(sum(leaf.numel() for leaf in leaves), dtype=torch.float64)
            continue
        found = torch.autograd.grad(
            each, leaves, retain_graph=True, allow_unused=True, materialize_grads=True
        )
        yield torch.cat([gradient.flatten() for gradient in found])


def _tensors(derived: Derived) -> dict[str, torch.Tensor]:
    found = tensors_of(derived.point)
    return {name: found[name] for name in derived.formula.inputs}


def _element_names(point: Mapping[str, Array], names: Sequence[str]) -> Iterator[str]:
    for name in names:
        shape = point[name].shape
        yield from (_indexed(name, shape, place) for place in range(math.prod(shape)))


def _indexed(name: str, shape: tuple[int, ...], place: int) -> str:
    where: list[int] = []
    for size in reversed(shape):
        place, at = divmod(place, size)
        where.append(at)
    return f"{name}[{', '.join(map(str, reversed(where)))}]" if shape else name


def _cut(
    title: Note, columns: Sequence[str], row_names: Sequence[str], rows: Sequence[torch.Tensor]
) -> Table:
    texts = tuple(tuple(figure(x) for x in row[:SHOWN].tolist()) for row in rows[:SHOWN])
    return Table(title, tuple(columns[:SHOWN]), tuple(row_names[: len(texts)]), texts, ())
