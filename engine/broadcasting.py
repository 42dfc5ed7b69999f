"""What becomes of an operation on tensors of given shapes: explained, run, repaired."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.axes.alignment import Alignment, Shape, align, align_in_place, align_matmul, elements
from engine.axes.changes import atom
from engine.axes.repairs import repairs
from engine.axes.trial import COMPARISONS, IN_PLACE, Trial, is_number, try_pair
from engine.reading.shape_sizes import LARGEST
from engine.reading.shape_text import names_mean, read_shapes
from engine.records import Answer, Broadcast, BroadcastReport, Call, Note, Operand, to_data

__all__ = ["Alignment", "Shape", "align", "align_in_place", "align_matmul", "compare", "elements"]

FLOAT32_BYTES: Final = 4

_DIMENSION = re.compile(r"at non-singleton dimension (\d+)$")


def compare(operator: str, operands: Sequence[Operand]) -> Broadcast:
    """What becomes of `x operator y` (elementwise: of any number of operands, left to right).

    The verdict is torch's own (`ran`), from a run on tensors of these shapes, wherever that
    takes little memory and time; else the arithmetic's. Repairs are looked for when it fails.

    Source: "Broadcasting semantics" and torch.matmul in the documentation of PyTorch.

    >>> x, y = Operand("x", (5, 3)), Operand("y", (3,))
    >>> compare("+", [x, y]).result, compare("+", [x, y]).stretched
    ((5, 3), ('y',))
    >>> compare("@", [x, Operand("w", (4, 2))]).error
    'RuntimeError: mat1 and mat2 shapes cannot be multiplied (5x3 and 4x2)'
    """
    name = "@" if operator == "@=" else operator  # torch has no other: x @= y is x = x @ y
    alignment = _aligned(name, operands)
    result = alignment.result
    trial, rank = _tried(name, operands)
    if trial is not None and trial.shape != result:  # no memory for it: no verdict either
        trial = None
    error = trial.error if trial else None
    dimension = _dimension(error)
    stretched = _stretched(name, operands, alignment)
    return Broadcast(
        operator=operator,
        operands=tuple(operands),
        axes=alignment.axes,
        failing=alignment.failing,
        result=result,
        result_bytes=_result_bytes(operator, result),
        stretched=stretched,
        error=error,
        error_axis=dimension,
        repairs=repairs(operator, operands) if result is None else (),
        notes=tuple(_notes(operator, operands, result, stretched)),
        ran=trial is not None,
        error_position=None if dimension is None else dimension - rank,
    )


def explain(call: Call) -> Answer:
    """The desk job "broadcasting.explain": {"text"} -> a `BroadcastReport`."""
    question = read_shapes(call.data["text"])
    if isinstance(question, Note):
        return Answer(to_data(BroadcastReport(None, question)))
    found = compare(question.operator, question.operands)
    if found.result is not None and elements(found.result) > LARGEST:
        mistake = Note("mistake.result", {"shape": str(found.result)})
        return Answer(to_data(BroadcastReport(None, mistake)))
    said = [*question.notes, *found.notes]
    if question.assumed and found.result is None:
        said += _product_instead(question.operands)
    found = replace(found, notes=tuple(said))
    return Answer(to_data(BroadcastReport(found, None)))


def _aligned(name: str, operands: Sequence[Operand]) -> Alignment:
    shapes = [operand.shape for operand in operands]
    if name == "@":
        return align_matmul(*shapes)
    return align_in_place(*shapes) if name in IN_PLACE else align(shapes)


def _tried(name: str, operands: Sequence[Operand]) -> tuple[Trial | None, int]:
    """Run it pair by pair; also the rank in which torch counts the axis that it names."""
    left, rank, trial = operands[0], 0, None
    for right in operands[1:]:
        pair = _aligned(name, [left, right])
        trial = try_pair(name, left, right, pair.result)
        rank = max(len(left.shape), len(right.shape))
        if pair.result is None or trial is None:
            break
        left = Operand(left.name, pair.result)
    return trial, rank


def _dimension(error: str | None) -> int | None:
    found = _DIMENSION.search(error or "")
    return int(found[1]) if found else None


def _result_bytes(operator: str, result: Shape | None) -> int:
    if result is None or operator in IN_PLACE:
        return 0
    return elements(result) * (1 if operator in COMPARISONS else FLOAT32_BYTES)


def _stretched(name: str, operands: Sequence[Operand], alignment: Alignment) -> tuple[str, ...]:
    """Names of the operands of which an axis is read again and again."""
    if alignment.result is None:
        return ()
    batch = [axis for axis in alignment.axes if axis.role == "broadcast" and axis.result != 1]
    return tuple(
        operand.name
        for place, operand in enumerate(operands)
        if not is_number(operand) and any(axis.sizes[place] in (None, 1) for axis in batch)
    )


def _notes(
    operator: str,
    operands: Sequence[Operand],
    result: Shape | None,
    stretched: Sequence[str],
) -> Iterator[Note]:
    largest = max(elements(operand.shape) for operand in operands)
    if result is not None and 0 in result:
        yield Note("note.empty_result")
    elif result is not None and len(stretched) > 1 and elements(result) > largest:
        yield Note("note.all_pairs", {"count": elements(result), "most": largest})
    if operator == "@=":
        yield Note("note.matmul_in_place")
    if result is None and operator in IN_PLACE:
        yield from _cannot_grow(operator, *operands)
    if result is None and operator in ("-", "/") and len(operands) == 2:
        yield from _keeps_axis(*operands)
    if any(0 in operand.shape for operand in operands):
        yield Note("correction.empty_tensors")


def _product_instead(operands: Sequence[Operand]) -> Iterator[Note]:
    """Two matrices that nobody said to add may have been meant for a product."""
    if [len(operand.shape) for operand in operands] == [2, 2]:
        left, right = operands
        result = align_matmul(left.shape, right.shape).result
        if result is not None:
            text = f"{atom(left.name)} @ {atom(right.name)}"
            yield Note("note.product_fits", {"text": text, "shape": str(result)})


def _cannot_grow(operator: str, left: Operand, right: Operand) -> Iterator[Note]:
    """The shapes go together, and only the left would have to become larger."""
    together = align([left.shape, right.shape]).result
    if together is not None:
        text = f"{left.name} {operator} {right.name}"
        values = {"text": text, "name": left.name, "shape": str(left.shape)}
        yield Note("note.in_place", {**values, "together": str(together)})


def _keeps_axis(left: Operand, right: Operand) -> Iterator[Note]:
    """A mean that has lost the axis it was taken over."""
    dims = [
        dim
        for dim in range(len(left.shape))
        if (*left.shape[:dim], *left.shape[dim + 1 :]) == right.shape
    ]
    if names_mean(right.name) and len(dims) == 1:
        text = f"{atom(left.name)}.mean(dim={dims[0]}, keepdim=True)"
        yield Note("note.keepdim", {"name": right.name, "code": text})
