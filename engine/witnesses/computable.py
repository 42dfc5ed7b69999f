"""Whether a formula can be computed at its point at all; if not, the smallest part that fails."""

from __future__ import annotations

from typing import Final

import torch

from engine.formula.tensors import tensors_of
from engine.formula.tree import Formula, Node, Point
from engine.formula.work import work
from engine.formula.writing.text import text_of
from engine.formula.writing.torch_function import torch_function
from engine.records import Misread, Note
from engine.witnesses.culprits import inner_first

LARGEST: Final = 1 << 16  # elements of an intermediate
TOTAL: Final = 1 << 22  # elements that one evaluation may handle

FAILURES: Final = (RuntimeError, IndexError, TypeError, ValueError)


def first_value(formula: Formula, point: Point) -> torch.Tensor | Misread:
    """The value of a formula at a whole point, in float64; what is wrong where there is none.

    >>> from engine.formula.request import read_request
    >>> asked = read_request("dot(x, y) at x=[1, 2], y=[1, 2, 3]")
    >>> first_value(asked.formula, asked.point).note.key
    'mistake.shapes'
    """
    shapes = {name: array.shape for name, array in point.items()}
    needed = work(formula.body, shapes)
    if needed.largest > LARGEST or needed.total > TOTAL:
        count = max(needed.largest, needed.total)
        return _misread(formula.body, Note("mistake.work", {"count": count, "most": TOTAL}))
    if _error(formula, point) is None:
        return _value(formula, point)
    node, line = _smallest(formula, point)
    return _misread(node, Note("mistake.shapes", {"text": text_of(node), "error": line}))


def _value(formula: Formula, point: Point) -> torch.Tensor:
    tensors = tensors_of(point)
    return torch_function(formula)(*(tensors[name] for name in formula.inputs))


def _error(formula: Formula, point: Point) -> str | None:
    """torch's own line, None when there is none."""
    try:
        _value(formula, point)
    except FAILURES as error:
        return f"{type(error).__name__}: {error}"
    return None


def _smallest(formula: Formula, point: Point) -> tuple[Node, str]:
    """The first part that fails when everything in it does not; the last is the whole."""
    parts = inner_first(formula.body)
    tried = ((each, _error(Formula("f", formula.inputs, each), point)) for each in parts)
    return next((part, line) for part, line in tried if line is not None)


def _misread(node: Node, note: Note) -> Misread:
    line = text_of(node)
    return Misread(note, line, 0, len(line))
