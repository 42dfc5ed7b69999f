"""Shapes side by side: which axis meets which, whether the sizes agree, what comes out.

Arithmetic on shapes alone: nothing is run, and no torch is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import prod

from engine.records import Axis, AxisRole

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """The axes of an operation, in the order in which they are read: from the last.

    `failing` is the index in `axes` of the first that does not agree. `result` is None when one
    does not, and for a matrix product that refuses an operand of no axes (then `failing` is None).
    """

    axes: tuple[Axis, ...]
    failing: int | None
    result: Shape | None


def align(shapes: Sequence[Shape]) -> Alignment:
    """Align any number of shapes for an elementwise operation.

    Axes are counted from the last, and on each the sizes must be equal, or 1, or missing. The
    size of the result is the one that is not 1, zero included.

    Source: "Broadcasting semantics" in the documentation of PyTorch. Its first rule there, that
    a tensor must have an axis, is not one of torch's: () goes with everything.

    >>> align([(5, 3, 4, 1), (3, 1, 1)]).result
    (5, 3, 4, 1)
    >>> align([(0,), (1,)]).result
    (0,)
    >>> wrong = align([(5, 2, 4, 1), (3, 1, 1)])
    >>> wrong.axes[wrong.failing].position, wrong.axes[wrong.failing].sizes
    (-3, (2, 3))
    """
    rows = zip_longest(*(shape[::-1] for shape in shapes))
    return _of_axes([_broadcast_axis(-number, sizes) for number, sizes in enumerate(rows, 1)])


def align_in_place(left: Shape, right: Shape) -> Alignment:
    """Align `right` with a `left` that is written to, as in `x += y`: it never changes its shape.

    On each axis the right size equals the left one or is 1, or the right has no such axis; an
    axis that only the right has does not fit, not even one of size 1.

    Source: "In-place semantics" in the same page of PyTorch.

    >>> align_in_place((2, 3), (3,)).result
    (2, 3)
    >>> align_in_place((1,), (1, 1)).result is None
    True
    """
    return _of_axes([_in_place_axis(axis) for axis in align([left, right]).axes])


def align_matmul(left: Shape, right: Shape) -> Alignment:
    """Align two shapes for a matrix product.

    The inner axis comes first, as position 0: the last of the left meets the last but one of
    the right (or its only one) and both must be equal; 1 is no exception. Then the axes of the
    result from the last: the columns of the right, the rows of the left, and all axes before
    them, which broadcast. An operand of one axis is a row on the left, a column on the right,
    and the axis so added is not in the result. An operand of no axes is refused: the answer
    has no axes and no result.

    Source: torch.matmul in the documentation of PyTorch.

    >>> align_matmul((10, 1, 2, 3), (5, 3, 4)).result
    (10, 5, 2, 4)
    >>> align_matmul((2, 3), (3,)).result
    (2,)
    >>> [axis.role.value for axis in align_matmul((2, 3), (4, 5)).axes]
    ['inner', 'columns', 'rows']
    >>> align_matmul((2, 3), ())
    Alignment(axes=(), failing=None, result=None)
    """
    if not left or not right:
        return Alignment((), None, None)
    inner = left[-1], right[-2] if len(right) > 1 else right[-1]
    axes = [Axis(0, inner, None, inner[0] == inner[1], AxisRole.INNER)]
    if len(right) > 1:
        axes.append(Axis(-1, (None, right[-1]), right[-1], True, AxisRole.COLUMNS))
    if len(left) > 1:
        axes.append(Axis(-len(axes), (left[-2], None), left[-2], True, AxisRole.ROWS))
    kept = len(axes)
    batch = zip_longest(left[-3::-1], right[-3::-1])
    axes += [_broadcast_axis(-number, sizes) for number, sizes in enumerate(batch, kept)]
    return _of_axes(axes)


def elements(shape: Shape) -> int:
    """How many numbers a tensor of this shape holds; 1 when it has no axes."""
    return prod(shape)


def _of_axes(axes: Sequence[Axis]) -> Alignment:
    failing = next((index for index, axis in enumerate(axes) if not axis.agrees), None)
    sizes = [axis.result for axis in reversed(axes) if axis.result is not None]
    return Alignment(tuple(axes), failing, None if failing is not None else tuple(sizes))


def _broadcast_axis(position: int, sizes: tuple[int | None, ...]) -> Axis:
    wanted = {size for size in sizes if size not in (None, 1)}
    agrees = len(wanted) < 2
    result = next(iter(wanted), 1) if agrees else None
    return Axis(position, tuple(sizes), result, agrees)


def _in_place_axis(axis: Axis) -> Axis:
    left, right = axis.sizes
    fits = axis.agrees and left is not None and axis.result == left
    return Axis(axis.position, (left, right), left if fits else None, fits)
