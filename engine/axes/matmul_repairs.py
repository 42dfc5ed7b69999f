"""What to write instead of a matrix product of shapes that do not agree."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from engine.axes.alignment import Shape, align, align_matmul, elements
from engine.axes.changes import Change, atom, insertions, turned, unsqueezed, unturned, written
from engine.axes.elementwise_repairs import Candidate, along
from engine.axes.trial import memory, view
from engine.records import Note, Operand


def candidates(left: Operand, right: Operand) -> list[Candidate]:
    """Ways to write `left @ right`, the likeliest first; nothing is run."""
    found: list[Candidate] = []
    if left.shape and right.shape:
        found += _batched_vectors(left, right)
        found += _outer(left, right)
        found += _turned(left, right)
        found += _batches(left, right)
    found += _elementwise(left, right)
    return found


def _batched_vectors(left: Operand, right: Operand) -> Iterator[Candidate]:
    """A batch of vectors beside a batch of matrices: each vector made a matrix."""
    x, y = left.shape, right.shape
    if len(x) == len(y) + 1 > 2 and y == (*x[:-2], x[-1]):
        column = unsqueezed(y, len(y))
        change = Change(".unsqueeze(-1)", column.shape, column.apply)
        yield from _product(left, right, Note("repair.columns", {"name": right.name}), None, change)
    if len(y) == len(x) + 1 > 2 and x == (*y[:-2], y[-2]):
        row = unsqueezed(x, len(x) - 1)
        change = Change(".unsqueeze(-2)", row.shape, row.apply)
        yield from _product(left, right, Note("repair.rows", {"name": left.name}), change, None)


def _outer(left: Operand, right: Operand) -> Iterator[Candidate]:
    if len(left.shape) == len(right.shape) == 1:
        (n,), (m,) = left.shape, right.shape
        yield Candidate(
            f"torch.outer({left.name}, {right.name})",
            (n, m),
            Note("repair.outer", {"first": n, "second": m}),
            lambda: torch.outer(view(left), view(right)),
        )


def _turned(left: Operand, right: Operand) -> Iterator[Candidate]:
    """The other order, and rows exchanged with columns."""
    x, y = left.shape, right.shape
    names = {"left": left.name, "right": right.name}
    swapped = {"left": right.name, "right": left.name}
    if max(len(x), len(y)) > 1:
        yield from _product(right, left, Note("repair.swapped", swapped))
    if len(y) > 1 and len(x) > 1:
        meaning = Note("repair.row_products", names)
        yield from _product(left, right, meaning, None, turned(y))
    if len(y) > 2 and (plain := unturned(right.name)):  # .T turns all axes around
        whole = Operand(plain, y[::-1])
        meaning = Note("repair.row_products", {**names, "right": whole.name})
        yield from _product(left, whole, meaning, None, turned(whole.shape))
    if len(x) > 1:
        meaning = (
            Note("repair.column_products", {**names, "size": x[-2]})
            if len(y) > 1
            else Note("repair.weighted_rows", names)
        )
        if len(y) > 1 or align_matmul(y, x).result is None:
            yield from _product(left, right, meaning, turned(x), None)


def _batches(left: Operand, right: Operand) -> Iterator[Candidate]:
    """Axes before the matrices that do not broadcast: put where they fit, else paired off."""
    batches = left.shape[:-2], right.shape[:-2]
    if align(batches).result is not None:
        return
    operands = (left, right)
    for place in sorted((1, 0), key=lambda place: elements(batches[place])):
        others = batches[1 - place]
        changes = [_before_matrices(c, operands[place]) for c in insertions(batches[place], others)]
        found = [
            candidate
            for change in changes
            for candidate in _with_change(
                operands, place, change, along(operands[place], change, 2)
            )
            if candidate.shape[: len(others)] == others
        ]
        if found:
            yield from found
            return
    yield from _every_batch_with_every(operands)


def _every_batch_with_every(operands: tuple[Operand, Operand]) -> Iterator[Candidate]:
    clash = align([operand.shape[:-2] for operand in operands])
    assert clash.failing is not None
    first, second = clash.axes[clash.failing].sizes
    meaning = Note("repair.pairs", {"first": first, "second": second})
    for place, operand in enumerate(operands):
        for position in range(1, len(operand.shape) - 1):
            change = unsqueezed(operand.shape, position)
            found = list(_with_change(operands, place, change, meaning))
            if found:
                yield found[0]
                return


def _before_matrices(change: Change, operand: Operand) -> Change:
    return Change(change.suffix, (*change.shape, *operand.shape[-2:]), change.apply)


def _with_change(
    operands: tuple[Operand, Operand], place: int, change: Change, meaning: Note
) -> Iterator[Candidate]:
    changes = (change, None) if place == 0 else (None, change)
    return _product(*operands, meaning, *changes)


def _elementwise(left: Operand, right: Operand) -> Iterator[Candidate]:
    result = align([left.shape, right.shape]).result
    if result is not None:
        alone = not (left.shape and right.shape)
        yield Candidate(
            f"{atom(left.name)} * {atom(right.name)}",
            result,
            Note("repair.scaled" if alone else "repair.elementwise"),
            lambda: view(left) * view(right),
        )


def _product(
    left: Operand,
    right: Operand,
    meaning: Note,
    left_change: Change | None = None,
    right_change: Change | None = None,
) -> Iterator[Candidate]:
    result = align_matmul(_shape(left, left_change), _shape(right, right_change)).result
    if result is not None:
        code = f"{written(left, left_change)} @ {written(right, right_change)}"
        yield Candidate(
            code,
            result,
            meaning,
            lambda: _applied(left, left_change) @ _applied(right, right_change),
        )


def _shape(operand: Operand, change: Change | None) -> Shape:
    return change.shape if change else operand.shape


def _applied(operand: Operand, change: Change | None) -> torch.Tensor:
    tensor: torch.Tensor = memory(operand)
    changed: torch.Tensor = change.apply(tensor) if change else tensor
    return changed
