"""Everything that is said of a formula, but for the steps of its derivation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import torch

from engine.derivation import TooLong, derivative
from engine.derivation.wire import derivation
from engine.formula.exact import values_of
from engine.formula.figures import figure
from engine.formula.operations import OPERATIONS, Acts
from engine.formula.request import Claim, Request, Want
from engine.formula.shapes import Shapes, Sizes, assumed_shapes
from engine.formula.tensors import tensors_of
from engine.formula.tree import Apply, Formula, Node, walk
from engine.formula.writing.text import text_of
from engine.formula.writing.torch_function import torch_function
from engine.records import Check, Gradient, Misread, Note, Partial, Table
from engine.witnesses.autograd import autograd
from engine.witnesses.case import case_of
from engine.witnesses.claims import check
from engine.witnesses.computable import first_value
from engine.witnesses.examples import example_point
from engine.witnesses.simplify import simplified
from engine.witnesses.tables import Derived, head_of, hessian, jacobian, of_order
from engine.witnesses.verdict import Verdict, judge

SIMPLIFY_S: Final = 0.3  # for all derivatives of a formula together
TABLE_S: Final = 0.1  # for all formulas of a table
FORM_CHARACTERS: Final = 60  # of a formula in a table
_MOVES: Final = {op for op, operation in OPERATIONS.items() if operation.acts is Acts.SHAPES}


def gradient_of(request: Request) -> Gradient | Misread:
    """The gradient of a request's formula, at its point where it has one.

    A formula that torch cannot compute at the point, for its shapes, comes back as a `Misread`.
    """
    value = None if request.missing else first_value(request.formula, request.point)
    if isinstance(value, Misread):
        return value
    return _Answer(request, value, shapes_of(request)).gradient()


def shapes_of(request: Request) -> Shapes:
    """The shapes of the inputs: those at the point, else what the formula lets one assume."""
    if request.missing:
        return assumed_shapes(request.formula)
    return {name: request.point[name].shape for name in request.formula.inputs}


@dataclass(frozen=True, slots=True)
class _Answer:
    """`value`: at the point, by torch; None without a whole point."""

    request: Request
    value: torch.Tensor | None
    shapes: Shapes

    def gradient(self) -> Gradient:
        formula, point = self.request.formula, self.request.point
        derivatives = self._derivatives()
        tables = tuple(self._tables(derivatives))
        verdict = None
        if derivatives and self.value is not None:
            verdict = judge(case_of(formula, derivatives, point))
        shape = None if self.value is None else tuple(self.value.shape) or None
        return Gradient(
            head=head_of(formula),
            body=text_of(formula.body),
            at=self._at(),
            value=self._value(verdict),
            shape=shape,
            partials=tuple(self._partials(derivatives, verdict)),
            testimony=verdict.testimony if verdict else None,
            checks=tuple(self._checks(derivatives)),
            tables=tables,
            notes=(
                *self.request.notes,
                *self._notes(derivatives, tables),
                *(verdict.notes if verdict else ()),
            ),
        )

    @property
    def vector(self) -> bool:
        """Whether the value is no single number."""
        if self.value is None:
            return Sizes(self.shapes).of(self.request.formula.body) != ()
        return self.value.dim() > 0

    @property
    def _numbers(self) -> bool:
        """Whether every input is a number."""
        return not any(self.shapes.values())

    def _derivatives(self) -> Mapping[str, Node]:
        formula = self.request.formula
        if self.vector:
            return {}
        try:
            return {name: derivative(formula, name, self.shapes) for name in formula.inputs}
        except TooLong:
            return {}

    def _at(self) -> str:
        formula, point = self.request.formula, self.request.point
        if self.value is None:
            return ""
        if not self._numbers:
            return head_of(formula)
        values = values_of(point)
        numbers = (figure(values[name]) for name in formula.inputs)
        return f"{formula.title}({', '.join(numbers)})"

    def _value(self, verdict: Verdict | None) -> str:
        if verdict is not None:
            return figure(verdict.value)
        return "" if self.value is None else figure(self.value)

    def _partials(
        self, derivatives: Mapping[str, Node], verdict: Verdict | None
    ) -> Iterator[Partial]:
        formula = self.request.formula
        point = None if self.value is None else self.request.point
        for name, node in derivatives.items():
            value = figure(verdict.partials[name]) if verdict else ""
            shape = None if self.value is None else self.shapes[name] or None
            derived = point if verdict is None or verdict.derived[name] else None
            steps = derivation(formula, name, self.shapes, derived)
            simpler = self._simplified(node)
            yield Partial(name, shape, steps.form, simpler, value, steps.paths, steps.unused)
        if not derivatives and self.value is not None and not self.vector:
            yield from self._by_torch()

    def _by_torch(self) -> Iterator[Partial]:
        """Numbers alone, where the derived formula is too long to be written."""
        formula = self.request.formula
        tensors = tensors_of({name: self.request.point[name] for name in formula.inputs})
        for name, slope in autograd(torch_function(formula), tensors).partials.items():
            yield Partial(name, self.shapes[name] or None, "", "", figure(slope), (), ())

    def _simplified(self, node: Node) -> str:
        names = self.request.formula.inputs
        if not self._numbers:
            return ""
        return simplified(node, names, SIMPLIFY_S / len(names))

    def _checks(self, derivatives: Mapping[str, Node]) -> Iterator[Check]:
        formula, point = self.request.formula, self.request.point
        for claim in self.request.claims:
            if claim.name in derivatives and (self._numbers or self.value is not None):
                yield check(claim, formula, derivatives, point)
                continue
            yield Check(claim.name, text_of(claim.body), None, "", "", "", self._unchecked(claim))

    def _unchecked(self, claim: Claim) -> Note:
        """Why a claim could not be compared."""
        if claim.name not in self.request.formula.inputs:
            return Note("hint.no_input", {"name": claim.name})
        if self.value is None:
            return Note("hint.point")
        return Note("hint.vector" if self.vector else "hint.too_long")

    def _tables(self, derivatives: Mapping[str, Node]) -> Iterator[Table]:
        request = self.request
        derived = Derived(
            request.formula,
            derivatives,
            request.point,
            partial(_differentiated, request.formula),
            partial(_form, request.formula),
        )
        scalar = bool(derivatives) and self._numbers
        known = scalar or self.value is not None
        if known and (self.vector or Want.JACOBIAN in request.wants):
            yield jacobian(derived)
        if known and self._second and not self.vector:
            yield from hessian(derived)
        if request.order > 2 and scalar:
            yield from of_order(derived, request.order)

    @property
    def _second(self) -> bool:
        return Want.HESSIAN in self.request.wants or self.request.order == 2

    def _notes(self, derivatives: Mapping[str, Node], tables: tuple[Table, ...]) -> Iterator[Note]:
        request = self.request
        if not derivatives and not self.vector and (self.value is not None or self._numbers):
            yield Note("note.derivative_too_long")
        if self.vector and self.value is not None:
            title, shape = request.formula.title, str(tuple(self.value.shape))
            yield Note("note.vector_valued", {"title": title, "shape": shape})
        if request.missing:
            values = {"missing": ", ".join(request.missing), "example": example_point(request)}
            yield Note("note.point_needed", values)
        if self._second and self.vector:
            yield Note("note.hessian_of_number", {"title": request.formula.title})
        if request.order > 2 and (self.vector or not self._numbers):
            yield Note("note.order_of_numbers", {"order": request.order})
        elif request.order > 2 and not any(table.title.key == "table.order" for table in tables):
            yield Note("note.order_too_long", {"order": request.order})


def _differentiated(formula: Formula, node: Node, name: str) -> Node:
    if any(isinstance(each, Apply) and each.op in _MOVES for each in walk(node)):
        raise TooLong("what moves elements about has no rule of its own")
    numbers: dict[str, Any] = dict.fromkeys(formula.inputs, ())
    return derivative(Formula(formula.title, formula.inputs, node), name, numbers)


def _form(formula: Formula, node: Node) -> str:
    """Short enough for a table, else nothing."""
    shorter = simplified(node, formula.inputs, TABLE_S / len(formula.inputs) ** 2)
    text = shorter or text_of(node)
    return text if len(text) <= FORM_CHARACTERS else ""
