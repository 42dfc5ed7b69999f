"""What to write instead of an elementwise operation on shapes that do not agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from engine.axes.alignment import Alignment, Shape, align, align_in_place, align_matmul, elements
from engine.axes.changes import (
    Change,
    atom,
    insertions,
    permutations,
    transpositions,
    unsqueezed,
    written,
)
from engine.axes.trial import OPERATIONS, memory, view
from engine.records import Note, Operand

_TOTAL: Final = (1 << 63) - 1  # torch counts elements in 64 bits


@dataclass(frozen=True, slots=True)
class Candidate:
    """Code that should work by arithmetic, and how to find out."""

    code: str
    shape: Shape
    meaning: Note
    work: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class _Changed:
    """The operands at these places, which have one shape, changed alike."""

    places: tuple[int, ...]
    change: Change
    alignment: Alignment

    @property
    def result(self) -> Shape:
        assert self.alignment.result is not None
        return self.alignment.result


def candidates(name: str, operands: Sequence[Operand]) -> list[Candidate]:
    """Ways to write `x name y name z`, the likeliest first; nothing is run.

    A way that keeps the shape of the other operands (the changed one is stretched along them)
    is natural. Only where there is none come those that make more of them: every size of one
    with every size of the other, an axis moved. Sizes are never reinterpreted, as `reshape`
    would.
    """
    natural = _natural(operands)
    found = [_candidate(name, operands, one, _along(operands, one)) for one in natural]
    if name == "*" and len(operands) == 2:
        found += _product(*operands)
    if not natural:
        found += _larger(name, operands)
    return [candidate for candidate in found if elements(candidate.shape) <= _TOTAL]


def candidates_in_place(name: str, left: Operand, right: Operand) -> list[Candidate]:
    """Ways to write `left name right`, where `left` may not change its shape."""
    found = [
        _in_place(name, left, right, change, along(right, change))
        for change in _fitting(right.shape, left.shape)
        if align_in_place(left.shape, change.shape).result is not None
    ]
    extra = len(right.shape) - len(left.shape)
    if extra > 0 and align_in_place(left.shape, right.shape[extra:]).result is not None:
        found += _without_first_axes(name, left, right, extra)
    plain = name[:-1]
    if align([left.shape, right.shape]).result is not None:
        found.append(_new_tensor(plain, left, right))
    elif not found:
        found += [
            Candidate(f"{left.name} = {one.code}", one.shape, one.meaning, one.work)
            for one in candidates(plain, [left, right])
        ]
    return found


def _natural(operands: Sequence[Operand]) -> list[_Changed]:
    """Changes of the smallest operands that have any; the others settle the shape."""
    groups = sorted(_alike(operands), key=lambda g: (elements(operands[g[0]].shape), -g[0]))
    for places in groups:
        others = align([o.shape for p, o in enumerate(operands) if p not in places]).result
        if others is None:
            continue
        found = [
            _Changed(places, change, alignment)
            for change in _fitting(operands[places[0]].shape, others)
            if (alignment := _align_with(operands, places, change)).result == others
        ]
        if found:
            return found
    return []


def _alike(operands: Sequence[Operand]) -> list[tuple[int, ...]]:
    """The places of the operands of each shape: a mean and a deviation are changed together."""
    shapes = [operand.shape for operand in operands]
    return [
        tuple(place for place, other in enumerate(shapes) if other == shape)
        for shape in dict.fromkeys(shapes)
    ]


def _named(operands: Sequence[Operand], places: Sequence[int]) -> Operand:
    """The operands at these places as one with all their names."""
    names = dict.fromkeys(operands[place].name for place in places)
    return Operand(", ".join(names), operands[places[0]].shape)


def _fitting(shape: Shape, others: Shape) -> list[Change]:
    """Changes after which a shape is stretched along the others and alters nothing of theirs."""
    simple = [*insertions(shape, others), *permutations(shape), *transpositions(shape)]
    fitting = [change for change in simple if align([change.shape, others]).result == others]
    if fitting:
        return fitting
    return [
        Change(first.suffix + then.suffix, then.shape, _then(first, then))
        for first in transpositions(shape)
        for then in insertions(first.shape, others)
    ]


def _then(first: Change, second: Change) -> Callable[[Any], Any]:
    return lambda tensor: second.apply(first.apply(tensor))


def _align_with(operands: Sequence[Operand], places: Sequence[int], change: Change) -> Alignment:
    shapes = [operand.shape for operand in operands]
    return align([change.shape if p in places else s for p, s in enumerate(shapes)])


def _larger(name: str, operands: Sequence[Operand]) -> Iterator[Candidate]:
    """Every size with every size; and an axis moved. Of nothing, nothing more can be made."""
    if any(0 in operand.shape for operand in operands):
        return
    for changes, meaning in ((_new_axes, _pairs), (transpositions, _along)):
        found = [
            _Changed(places, change, alignment)
            for places in _alike(operands)
            for change in changes(operands[places[0]].shape)
            if (alignment := _align_with(operands, places, change)).result is not None
        ]
        # The order in which axes are exchanged is a matter of the smaller operand.
        found.sort(key=lambda one: _size(operands, one, changes is transpositions))
        if found:
            yield _candidate(name, operands, found[0], meaning(operands, found[0]))


def _size(operands: Sequence[Operand], one: _Changed, smaller_first: bool) -> tuple[int, int]:
    place = one.places[0]
    changed = elements(operands[place].shape)
    return (changed, elements(one.result)) if smaller_first else (elements(one.result), place)


def _new_axes(shape: Shape) -> Iterator[Change]:
    return (unsqueezed(shape, place) for place in range(1, len(shape) + 1))


def _candidate(name: str, operands: Sequence[Operand], one: _Changed, meaning: Note) -> Candidate:
    def work() -> Any:
        tensors = [view(operand) for operand in operands]
        for place in one.places:
            tensors[place] = one.change.apply(tensors[place])
        return reduce(OPERATIONS[name], tensors)

    texts = [
        written(operand, one.change if place in one.places else None)
        for place, operand in enumerate(operands)
    ]
    return Candidate(f" {name} ".join(texts), one.result, meaning, work)


def _product(left: Operand, right: Operand) -> Iterator[Candidate]:
    result = align_matmul(left.shape, right.shape).result
    if result is not None and len(left.shape) > 1:
        yield Candidate(
            f"{atom(left.name)} @ {atom(right.name)}",
            result,
            Note("repair.product", {"size": left.shape[-1]}),
            lambda: memory(left) @ memory(right),
        )


def _in_place(name: str, left: Operand, right: Operand, change: Change, meaning: Note) -> Candidate:
    return Candidate(
        f"{left.name} {name} {written(right, change)}",
        left.shape,
        meaning,
        lambda: OPERATIONS[name](memory(left), change.apply(view(right))),
    )


def _without_first_axes(
    name: str, left: Operand, right: Operand, extra: int
) -> Iterator[Candidate]:
    """The right without the axes that only it has: dropped if they are of size 1, else summed."""
    first = right.shape[:extra]
    axes = tuple(range(extra))
    text = "0" if extra == 1 else ", ".join(map(str, axes)).join("()")
    rest = right.shape[extra:]
    if set(first) == {1}:
        change = Change(f".squeeze({text})", rest, lambda tensor: tensor.squeeze(axes))
        yield _in_place(name, left, right, change, Note("repair.squeezed", {"name": right.name}))
    elif name in ("+=", "-="):
        change = Change(f".sum({text})", rest, lambda tensor: tensor.sum(axes))
        meaning = Note("repair.summed", {"name": right.name, "sizes": list(first)})
        yield _in_place(name, left, right, change, meaning)


def _new_tensor(plain: str, left: Operand, right: Operand) -> Candidate:
    result = align([left.shape, right.shape]).result
    assert result is not None
    return Candidate(
        f"{left.name} = {atom(left.name)} {plain} {atom(right.name)}",
        result,
        Note("repair.new_tensor", {"name": left.name}),
        lambda: OPERATIONS[plain](view(left), view(right)),
    )


def along(operand: Operand, change: Change, before: int = 0) -> Note:
    """Where the axes of an operand have gone, counted from the end of the result.

    `before` axes that are none of the changed ones stand behind them.
    """
    if change.suffix == ".T":
        return Note("repair.transposed", {"name": operand.name})
    if change.moved:
        return _moved(operand, change)
    shape = change.shape[: len(change.shape) - before]
    axes = [place - len(change.shape) for place, size in enumerate(shape) if size != 1]
    if len(axes) == 1:
        size = change.shape[axes[0]]
        return Note("repair.along", {"name": operand.name, "size": size, "axis": axes[0]})
    return Note("repair.along_axes", {"name": operand.name, "axes": axes})


def _along(operands: Sequence[Operand], one: _Changed) -> Note:
    return along(_named(operands, one.places), one.change)


def _moved(operand: Operand, change: Change) -> Note:
    """The axis that now stands elsewhere; both, if two were exchanged and neither is of size 1."""
    rank, sizes = len(change.shape), change.shape
    moved = [place for place in change.moved if sizes[place] != 1 or len(change.moved) == 1]
    if len(moved) == 1:
        return Note("repair.moved", {"size": sizes[moved[0]], "axis": moved[0] - rank})
    first, second = (place - rank for place in moved)
    values = {"name": operand.name, "first_axis": first, "second_axis": second}
    return Note("repair.swapped_axes", values)


def _pairs(operands: Sequence[Operand], one: _Changed) -> Note:
    """Which sizes now meet: one from the changed operand, the other from the rest."""
    place, rows = one.places[0], list(one.alignment.axes)
    mine = [axis for axis in rows if axis.sizes[place] not in (None, 1)]
    alone = [axis for axis in mine if _others(axis.sizes, place) <= {None, 1}]
    theirs = [axis for axis in rows if axis.sizes[place] in (None, 1) and axis.result != 1]
    before = align([operand.shape for operand in operands])
    assert before.failing is not None
    wanted = before.axes[before.failing].sizes[place]
    first = next((axis for axis in alone if axis.result == wanted), (alone or mine or rows)[0])
    second = (theirs or rows)[0]
    return Note("repair.pairs", {"first": first.result, "second": second.result})


def _others(sizes: Sequence[int | None], place: int) -> set[int | None]:
    return {size for index, size in enumerate(sizes) if index != place}
