"""Repairs of an operation on shapes that do not agree: found by arithmetic, then really run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.axes import elementwise_repairs, matmul_repairs
from engine.axes.alignment import elements
from engine.axes.elementwise_repairs import Candidate
from engine.axes.trial import IN_PLACE, MULTIPLY_ADDS, RUN_ELEMENTS, run
from engine.records import Operand, Repair

SHOWN: Final = 3


def repairs(operator: str, operands: Sequence[Operand]) -> tuple[Repair, ...]:
    """What could stand instead of `x operator y` where torch refuses it, the likeliest first.

    The operands' names may be any text of an expression: `Repair.code` puts it in parentheses
    where Python needs them. At most three are given; each was run on tensors of these shapes
    (`ran`), unless that takes too much memory or time. A candidate that torch refuses is dropped.

    >>> x, m = Operand("x", (32, 10)), Operand("m", (32,))
    >>> [(repair.code, repair.shape) for repair in repairs("-", [x, m])]
    [('x - m.unsqueeze(1)', (32, 10))]
    >>> repairs("+", [Operand("x @ w", (3, 2)), Operand("b", (3,))])[0].code
    '(x @ w) + b.unsqueeze(1)'
    """
    found = (_tried(candidate, operands) for candidate in _candidates(operator, operands))
    return tuple(repair for repair in found if repair is not None)[:SHOWN]


def _candidates(operator: str, operands: Sequence[Operand]) -> list[Candidate]:
    if operator in IN_PLACE:
        left, right = operands
        return elementwise_repairs.candidates_in_place(operator, left, right)
    if operator in ("@", "@="):
        left, right = operands
        return matmul_repairs.candidates(left, right)
    return elementwise_repairs.candidates(operator, operands)


def _tried(candidate: Candidate, operands: Sequence[Operand]) -> Repair | None:
    if not _is_cheap(candidate, operands):
        return Repair(candidate.code, candidate.shape, candidate.meaning, ran=False)
    trial = run(candidate.work)
    if trial.shape != candidate.shape:
        return None
    return Repair(candidate.code, candidate.shape, candidate.meaning, ran=True)


def _is_cheap(candidate: Candidate, operands: Sequence[Operand]) -> bool:
    """Whether the result is small, and what is summed on the way to it."""
    result = elements(candidate.shape)
    if " @ " not in candidate.code and "sum(" not in candidate.code:
        return result <= RUN_ELEMENTS
    longest = max((size for operand in operands for size in operand.shape), default=1)
    most = max(elements(operand.shape) for operand in operands)
    return result * longest <= MULTIPLY_ADDS and most <= RUN_ELEMENTS
