"""Ways to write an operand otherwise: an axis more, two axes exchanged, with the code for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from math import comb
from typing import Any, Final

from engine.axes.alignment import Shape
from engine.records import Operand

AXES_MOST: Final = 8  # of an operand that is changed: past that nobody reads the ways
WAYS_MOST: Final = 100

# A name, with attributes, calls and indices behind it: a dot may follow as it stands.
_PRIMARY = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*|\([^()\[\]]*\)|\[[^()\[\]]*\])*")
_NUMBER = re.compile(r"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
# A call that loses one axis: what stands before its number, and the number.
_REDUCED = re.compile(
    r"([^\W\d][\w.]*\.(?:mean|sum|std|var|amax|amin|prod)\((?:\w+, *)?)(?:dim=)?(-?\d{1,2})\)"
)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an operand: what is written behind its name, and the shape that comes out.

    `moved` are the places where an axis that moved, or two that were exchanged, now stand.
    """

    suffix: str
    shape: Shape
    apply: Callable[[Any], Any]
    moved: tuple[int, ...] = ()


def atom(text: str) -> str:
    """The text as an operand of any operator: in parentheses where Python needs them.

    >>> atom("a.sum(0)"), atom("x @ w"), atom("2")
    ('a.sum(0)', '(x @ w)', '2')
    """
    bare = _PRIMARY.fullmatch(text) or _NUMBER.fullmatch(text)
    return text if bare else f"({text})"


def unturned(text: str) -> str | None:
    """What `.T` is taken of; None when the text does not end so."""
    ends = text.endswith(".T") and _PRIMARY.fullmatch(text)
    return text[: -len(".T")] if ends else None


def written(operand: Operand, change: Change | None = None) -> str:
    """The operand with the change behind it, or in it where that reads better.

    >>> written(Operand("a.T", (3, 5)), turned((3, 5)))
    'a'
    >>> written(Operand("x.mean(dim=1)", (5,)), unsqueezed((5,), 1))
    'x.mean(dim=1, keepdim=True)'
    """
    if change is None:
        return atom(operand.name)
    plain = unturned(operand.name)
    if plain and change.suffix.startswith(".T"):
        return plain + change.suffix[2:]
    reduced = _REDUCED.fullmatch(operand.name)
    if reduced and change.suffix == f".unsqueeze({int(reduced[2]) % len(change.shape)})":
        return f"{reduced[1]}dim={reduced[2]}, keepdim=True)"
    return atom(operand.name) + change.suffix


def unsqueezed(shape: Shape, place: int) -> Change:
    """A new axis of size 1 at `place`, counted from the left of the new shape.

    >>> unsqueezed((5, 3), 1).suffix, unsqueezed((5, 3), 1).shape
    ('.unsqueeze(1)', (5, 1, 3))
    """
    longer = (*shape[:place], 1, *shape[place:])
    return Change(f".unsqueeze({place})", longer, lambda tensor: tensor.unsqueeze(place))


def transposed(shape: Shape, first: int, second: int) -> Change:
    """Two axes, counted from the left, exchanged.

    >>> transposed((2, 3), 0, 1).suffix, transposed((5, 1, 2), 0, 2).shape
    ('.T', (2, 1, 5))
    """
    sizes = list(shape)
    sizes[first], sizes[second] = sizes[second], sizes[first]
    suffix = ".T" if len(shape) == 2 else f".transpose({first}, {second})"
    swap = (first, second)
    return Change(suffix, tuple(sizes), lambda tensor: tensor.transpose(first, second), swap)


def turned(shape: Shape) -> Change:
    """Every matrix with rows and columns exchanged.

    >>> turned((5, 2, 3)).suffix, turned((5, 2, 3)).shape
    ('.mT', (5, 3, 2))
    """
    suffix = ".T" if len(shape) == 2 else ".mT"
    return Change(suffix, (*shape[:-2], shape[-1], shape[-2]), lambda tensor: tensor.mT)


def permutations(shape: Shape) -> Iterator[Change]:
    """Each move of one axis past two or more others that changes the shape.

    >>> [change.suffix for change in permutations((2, 3, 4))]
    ['.permute(2, 0, 1)', '.permute(1, 2, 0)']
    """
    rank = len(shape)
    if rank > AXES_MOST:
        return
    for source, target in product(reversed(range(rank)), range(rank)):
        if abs(source - target) < 2:
            continue
        order = [axis for axis in range(rank) if axis != source]
        order.insert(target, source)
        sizes = tuple(shape[axis] for axis in order)
        if sizes != shape:
            yield _permuted(sizes, tuple(order), target)


def _permuted(sizes: Shape, order: tuple[int, ...], target: int) -> Change:
    suffix = f".permute({', '.join(map(str, order))})"
    return Change(suffix, sizes, lambda tensor: tensor.permute(order), (target,))


def transpositions(shape: Shape) -> Iterator[Change]:
    """Each exchange of two axes that changes the shape."""
    if len(shape) > AXES_MOST:
        return
    for first, second in combinations(range(len(shape)), 2):
        if shape[first] != shape[second]:
            yield transposed(shape, first, second)


def insertions(shape: Shape, into: Shape) -> Iterator[Change]:
    """Each way to put the axes, in their order, below axes of `into` of the same size.

    An axis of size 1 goes below any.

    >>> [change.suffix for change in insertions((32,), (32, 32, 10))]
    ['.unsqueeze(1)', '[:, None, None]']
    """
    if len(shape) > AXES_MOST or comb(len(into), len(shape)) > WAYS_MOST:
        return
    found = set()
    for places in reversed(list(combinations(range(len(into)), len(shape)))):
        sizes = [1] * len(into)
        for place, size in zip(places, shape, strict=True):
            sizes[place] = size
        fits = all(size in (1, other) for size, other in zip(sizes, into, strict=True))
        start = places[0] if places else len(into)
        change = _spread(shape, [place - start for place in places], len(into) - start)
        if fits and change.suffix and change.shape not in found:
            found.add(change.shape)
            yield change


def _spread(shape: Shape, places: list[int], rank: int) -> Change:
    """The axes at these places of `rank`, new ones of size 1 between and behind them."""
    kept = set(places)
    new = [place for place in range(rank) if place not in kept]
    sizes = iter(shape)
    longer = tuple(next(sizes) if place in kept else 1 for place in range(rank))
    if not new:
        return Change("", longer, lambda tensor: tensor)
    if len(new) == 1:
        return unsqueezed(shape, new[0])
    index = tuple(slice(None) if place in kept else None for place in range(rank))
    text = ", ".join(":" if place in kept else "None" for place in range(rank))
    return Change(f"[{text}]", longer, lambda tensor: tensor[index])
