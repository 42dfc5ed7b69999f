"""An operation really run on tensors of which only the shapes are known, when that is cheap."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import torch

from engine.axes.alignment import Shape, elements
from engine.records import Operand

RUN_ELEMENTS: Final = 1 << 18  # of a result that is computed: under a millisecond
MULTIPLY_ADDS: Final = 1 << 22
EMPTY_ELEMENTS: Final = 1 << 24  # memory asked for and never touched is no memory

OPERATIONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "@": operator.matmul,
    "+=": operator.iadd,
    "-=": operator.isub,
    "*=": operator.imul,
    "/=": operator.itruediv,
    "//=": operator.ifloordiv,
    "%=": operator.imod,
    "**=": operator.ipow,
}
COMPARISONS: Final = ("==", "!=", "<", "<=", ">", ">=")
IN_PLACE: Final = tuple(
    name for name in OPERATIONS if name.endswith("=") and name not in COMPARISONS
)

_NUMBER = re.compile(r"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Trial:
    """What torch made of it: a shape, or its own line."""

    shape: Shape | None
    error: str | None


def is_number(operand: Operand) -> bool:
    """Whether it is a number of Python's, written out, and no tensor.

    >>> is_number(Operand("2.5", ())), is_number(Operand("x", ()))
    (True, False)
    """
    return not operand.shape and _NUMBER.fullmatch(operand.name) is not None


def view(operand: Operand) -> Any:
    """A tensor of that shape and of a single number's memory, or the number itself."""
    return _number(operand) if is_number(operand) else torch.ones(()).expand(operand.shape)


def memory(operand: Operand) -> Any:
    """A tensor of that shape and of its own memory, which holds anything; or the number itself."""
    return _number(operand) if is_number(operand) else torch.empty(operand.shape)


def _number(operand: Operand) -> int | float:
    return int(operand.name) if operand.name.isdecimal() else float(operand.name)


def run(work: Callable[[], Any]) -> Trial:
    """Do it; an exception of torch's is what we want to know.

    >>> run(lambda: torch.ones(2) + torch.ones(3)).error.partition(":")[0]
    'RuntimeError'
    """
    try:
        return Trial(tuple(work().shape), None)
    except (RuntimeError, TypeError) as error:
        return Trial(None, f"{type(error).__name__}: {error}")


def try_pair(name: str, left: Operand, right: Operand, result: Shape | None) -> Trial | None:
    """Run `left name right`; None when that would take too much time or memory.

    `result` is the shape that the operation should have, None when it should fail: then no
    memory is touched.
    """
    if name == "@":
        return _try_matmul(left, right, result)
    if name in IN_PLACE:
        most = EMPTY_ELEMENTS if result is None else RUN_ELEMENTS
        if elements(left.shape) > most:
            return None
        return run(lambda: OPERATIONS[name](memory(left), view(right)))
    if result is not None and elements(result) > RUN_ELEMENTS:
        return None
    return run(lambda: OPERATIONS[name](view(left), view(right)))


def _try_matmul(left: Operand, right: Operand, result: Shape | None) -> Trial | None:
    # Its message depends on strides, so the operands get memory of their own; a batch that
    # broadcasts is copied out before sizes are compared.
    if matmul_work(left.shape, right.shape, result) > MULTIPLY_ADDS:
        return None
    return run(lambda: memory(left) @ memory(right))


def matmul_work(left: Shape, right: Shape, result: Shape | None) -> int:
    """Numbers touched and multiplied: what a matrix product of these shapes takes at most."""
    read = elements(left) + elements(right)
    if result is not None:
        return read + elements(result) * max(left[-1], 1)
    batches = _batches(left) * _batches(right)
    return read + batches * (elements(left[-2:]) + elements(right[-2:]))


def _batches(shape: Shape) -> int:
    return elements(shape[:-2])
