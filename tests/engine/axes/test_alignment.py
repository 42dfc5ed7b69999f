"""Shapes aligned by arithmetic come to what torch makes of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.axes.alignment import Shape, align, align_in_place, align_matmul
from engine.records import AxisRole
from tests.engine.shapes import matrices, related, shapes

EXAMPLES = settings(max_examples=10_000, deadline=None)


def torchs(work: Callable[[], Any]) -> Shape | str:
    """What torch answers: the shape, or the message."""
    try:
        return tuple(work().shape)
    except RuntimeError as error:
        return str(error)


def named_axis(message: str, rank: int) -> int | None:
    """The axis that torch names, counted from the end of a result of this rank."""
    found = re.search(r"at non-singleton dimension (\d+)", message)
    return int(found[1]) - rank if found else None


@EXAMPLES
@given(st.one_of(related(), st.lists(shapes(), min_size=2, max_size=2)))
def test_elementwise_is_torchs_addition(pair: list[Shape]) -> None:
    alignment = align(pair)

    said = torchs(lambda: torch.ones(pair[0]) + torch.ones(pair[1]))

    if isinstance(said, str):
        assert alignment.result is None
        assert alignment.failing is not None
        failing = alignment.axes[alignment.failing]
        assert failing.position == named_axis(said, max(map(len, pair)))
        assert said.startswith(f"The size of tensor a ({failing.sizes[0]}) must match")
    else:
        assert alignment.result == said


@settings(max_examples=2000, deadline=None)
@given(related(4))
def test_any_number_of_shapes_is_torchs_broadcast_shapes(several: list[Shape]) -> None:
    try:
        wanted: Shape | None = tuple(torch.broadcast_shapes(*several))  # type: ignore[no-untyped-call]
    except RuntimeError:
        wanted = None

    assert align(several).result == wanted


@EXAMPLES
@given(matrices())
def test_matrix_product_is_torchs(pair: list[Shape]) -> None:
    alignment = align_matmul(*pair)

    said = torchs(lambda: torch.ones(pair[0]) @ torch.ones(pair[1]))

    if not isinstance(said, str):
        assert alignment.result == said
        return
    assert alignment.result is None
    broken = [axis for axis in alignment.axes if not axis.agrees]
    if "at least 1D" in said:
        assert alignment.axes == ()
    elif (named := named_axis(said, max(map(len, pair)))) is not None:
        assert named in [axis.position for axis in broken]
    else:
        assert broken[0].role is AxisRole.INNER


@settings(max_examples=1000, deadline=None)
@given(related())
def test_in_place_is_torchs(pair: list[Shape]) -> None:
    left, right = (torch.ones(shape) for shape in pair)

    said = torchs(lambda: left.add_(right))

    assert align_in_place(*pair).result == (None if isinstance(said, str) else said)


@pytest.mark.parametrize(
    ("several", "result"),
    [
        ([(5, 7, 3), (5, 7, 3)], (5, 7, 3)),
        ([(0,), (2, 2)], None),
        ([(5, 3, 4, 1), (3, 1, 1)], (5, 3, 4, 1)),
        ([(5, 2, 4, 1), (3, 1, 1)], None),
        ([(0,), (1,)], (0,)),
        ([(0,), (2, 0)], (2, 0)),
        ([(3, 0), (1,)], (3, 0)),
        ([(), ()], ()),
    ],
)
def test_pairs_of_the_seminar_and_empty_ones(several: list[Shape], result: Shape | None) -> None:
    assert align(several).result == result
