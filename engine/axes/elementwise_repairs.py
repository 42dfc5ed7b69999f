"""What to write instead of an elementwise operation on shapes that do not agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from engine.axes.alignment import Alignment, Shape, align, align_in_place, align_matmul, elements
from engine.axes.changes import Change, atom, insertions, transpositions, unsqueezed, written
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
    """One operand of the operation, changed."""

    place: int
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
    found = [
        _candidate(name, operands, one, along(operands[one.place], one.change)) for one in natural
    ]
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
    """Changes of the smallest operand that has any; the others settle the shape."""
    places = sorted(range(len(operands)), key=lambda p: (elements(operands[p].shape), -p))
    for place in places:
        others = align([o.shape for o in (*operands[:place], *operands[place + 1 :])]).result
        if others is None:
            continue
        found = [
            _Changed(place, change, alignment)
            for change in _fitting(operands[place].shape, others)
            if (alignment := _align_with(operands, place, change)).result == others
        ]
        if found:
            return found
    return []


def _fitting(shape: Shape, others: Shape) -> list[Change]:
    """Changes after which a shape is stretched along the others and alters nothing of theirs."""
    simple = [*insertions(shape, others), *transpositions(shape)]
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


def _align_with(operands: Sequence[Operand], place: int, change: Change) -> Alignment:
    shapes = [operand.shape for operand in operands]
    return align([*shapes[:place], change.shape, *shapes[place + 1 :]])


def _larger(name: str, operands: Sequence[Operand]) -> Iterator[Candidate]:
    """Every size with every size; and an axis moved. Of nothing, nothing more can be made."""
    if any(0 in operand.shape for operand in operands):
        return
    for changes, meaning in ((_new_axes, _pairs), (transpositions, _moved)):
        found = [
            _Changed(place, change, alignment)
            for place, operand in enumerate(operands)
            for change in changes(operand.shape)
            if (alignment := _align_with(operands, place, change)).result is not None
        ]
        # The order in which axes are exchanged is a matter of the smaller operand.
        found.sort(key=lambda one: _size(operands, one, changes is transpositions))
        if found:
            yield _candidate(name, operands, found[0], meaning(operands, found[0]))


def _size(operands: Sequence[Operand], one: _Changed, smaller_first: bool) -> tuple[int, int]:
    changed = elements(operands[one.place].shape)
    return (changed, elements(one.result)) if smaller_first else (elements(one.result), one.place)


def _new_axes(shape: Shape) -> Iterator[Change]:
    return (unsqueezed(shape, place) for place in range(1, len(shape) + 1))


def _candidate(name: str, operands: Sequence[Operand], one: _Changed, meaning: Note) -> Candidate:
    def work() -> Any:
        tensors = [view(operand) for operand in operands]
        tensors[one.place] = one.change.apply(tensors[one.place])
        return reduce(OPERATIONS[name], tensors)

    texts = [
        written(operand, one.change if place == one.place else None)
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
    shape = change.shape[: len(change.shape) - before]
    axes = [place - len(change.shape) for place, size in enumerate(shape) if size != 1]
    if len(axes) == 1:
        size = change.shape[axes[0]]
        return Note("repair.along", {"name": operand.name, "size": size, "axis": axes[0]})
    return Note("repair.along_axes", {"name": operand.name, "axes": axes})


def _pairs(operands: Sequence[Operand], one: _Changed) -> Note:
    """Which sizes now meet: one from the changed operand, the other from the rest."""
    rows = list(one.alignment.axes)
    mine = [axis for axis in rows if axis.sizes[one.place] not in (None, 1)]
    alone = [axis for axis in mine if _others(axis.sizes, one.place) <= {None, 1}]
    theirs = [axis for axis in rows if axis.sizes[one.place] in (None, 1) and axis.result != 1]
    before = align([operand.shape for operand in operands])
    assert before.failing is not None
    wanted = before.axes[before.failing].sizes[one.place]
    first = next((axis for axis in alone if axis.result == wanted), (alone or mine or rows)[0])
    second = (theirs or rows)[0]
    return Note("repair.pairs", {"first": first.result, "second": second.result})


def _others(sizes: Sequence[int | None], place: int) -> set[int | None]:
    return {size for index, size in enumerate(sizes) if index != place}


def _moved(operands: Sequence[Operand], one: _Changed) -> Note:
    """The axis that now stands elsewhere; both, if neither is of size 1."""
    old, new = operands[one.place].shape, one.change.shape
    places = [place for place, size in enumerate(new) if size != old[place]]
    moved = [place for place in places if new[place] != 1]
    if len(moved) == 1:
        axis = moved[0] - len(new)
        return Note("repair.moved", {"size": new[moved[0]], "axis": axis})
    first, second = (place - len(new) for place in places)
    name = operands[one.place].name
    return Note("repair.swapped_axes", {"name": name, "first_axis": first, "second_axis": second})
