"""The code of a change does what its shape says."""

from __future__ import annotations

import ast

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.axes.alignment import Shape, align
from engine.axes.changes import (
    Change,
    atom,
    insertions,
    permutations,
    transpositions,
    turned,
    unsqueezed,
)
from tests.engine.shapes import shapes


def check(shape: Shape, change: Change) -> None:
    tensor = torch.arange(torch.Size(shape).numel()).reshape(shape)

    written = eval(f"x{change.suffix}", {"x": tensor})

    assert tuple(written.shape) == change.shape
    assert torch.equal(written, change.apply(tensor))


@given(shapes())
def test_every_change_is_what_is_written(shape: Shape) -> None:
    for place in range(len(shape) + 1):
        check(shape, unsqueezed(shape, place))
    for change in (*transpositions(shape), *permutations(shape)):
        check(shape, change)
    if len(shape) > 1:
        check(shape, turned(shape))


@given(shapes(3), shapes(5))
def test_every_insertion_fits_below_the_other(shape: Shape, into: Shape) -> None:
    for change in insertions(shape, into):
        check(shape, change)
        assert align([change.shape, into]).result == into


@pytest.mark.parametrize(
    ("shape", "into", "suffixes"),
    [
        ((3,), (3, 4), [".unsqueeze(1)"]),
        ((3,), (3, 3, 4), [".unsqueeze(1)", "[:, None, None]"]),
        ((3, 4), (3, 4, 5), [".unsqueeze(2)"]),
        ((2, 4), (2, 3, 4), [".unsqueeze(1)"]),
        ((3,), (4,), []),
        ((2, 3, 4), (3, 4), []),
    ],
)
def test_insertions_are_all_there(shape: Shape, into: Shape, suffixes: list[str]) -> None:
    assert [change.suffix for change in insertions(shape, into)] == suffixes


def test_nothing_is_tried_on_shapes_that_nobody_reads() -> None:
    assert list(insertions((2,) * 8, (2,) * 16)) == []
    assert list(transpositions(tuple(range(2, 18)))) == []


@given(
    st.sampled_from(
        [
            "x",
            "x.grad",
            "a.sum(0)",
            "x[0]",
            "f(x).y[1]",
            "x @ w",
            "-x",
            "a + b",
            "(a)(b)",
            "2.5",
            "f(g(x))",
            "x if y else z",
            "lambda: x",
            "not x",
            "имя",
        ]
    )
)
def test_atom_stands_as_one_operand(text: str) -> None:
    tree = ast.parse(f"{atom(text)} ** {atom(text)}", mode="eval")

    assert isinstance(tree.body, ast.BinOp)
    for side in (tree.body.left, tree.body.right):
        assert ast.dump(side) == ast.dump(ast.parse(f"({text})", mode="eval").body)
