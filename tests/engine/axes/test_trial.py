"""What is run says what torch says of real tensors; what would be dear is not run."""

from __future__ import annotations

import pytest
import torch

from engine.axes.alignment import Shape, align, align_in_place, align_matmul
from engine.axes.trial import IN_PLACE, OPERATIONS, try_pair
from engine.records import Operand


def operands(left: Shape, right: Shape) -> tuple[Operand, Operand]:
    return Operand("x", left), Operand("y", right)


def torchs_line(name: str, left: Shape, right: Shape) -> str:
    with pytest.raises(RuntimeError) as caught:
        OPERATIONS[name](torch.ones(left), torch.ones(right))
    return f"RuntimeError: {caught.value}"


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name != "@"])
@pytest.mark.parametrize("pair", [((2, 3), (2, 4)), ((3,), (4,)), ((0,), (2, 2))])
def test_message_of_a_clash_is_that_of_real_tensors(name: str, pair: tuple[Shape, Shape]) -> None:
    trial = try_pair(name, *operands(*pair), None)

    assert trial is not None
    assert trial.error == torchs_line(name, *pair)


@pytest.mark.parametrize(
    "pair", [((3,), (2, 3)), ((1,), (1, 1)), ((), (1,)), ((1, 3), (2, 3)), ((2, 1), (3, 4))]
)
@pytest.mark.parametrize("name", IN_PLACE)
def test_message_of_a_left_that_cannot_grow_is_real(name: str, pair: tuple[Shape, Shape]) -> None:
    trial = try_pair(name, *operands(*pair), None)

    assert trial is not None
    assert trial.error == torchs_line(name, *pair)


@pytest.mark.parametrize(
    "pair",
    [
        ((3,), ()),
        ((3,), (4,)),
        ((2, 3), (4,)),
        ((3,), (4, 5)),
        ((2, 3), (4, 5)),
        ((2, 2, 3), (4, 5)),
        ((2, 3), (7, 4, 5)),
        ((2, 2, 3), (2, 4, 5)),
        ((2, 2, 3), (7, 3, 5)),
        ((4,), (2, 5, 3, 2)),
        ((2, 5, 2, 3), (4,)),
    ],
)
def test_every_message_of_a_matrix_product_is_real(pair: tuple[Shape, Shape]) -> None:
    trial = try_pair("@", *operands(*pair), None)

    assert trial is not None
    assert trial.error == torchs_line("@", *pair)


def test_number_is_a_number_of_pythons() -> None:
    with_tensor = try_pair("+", Operand("x", (5, 3)), Operand("1", ()), (5, 3))
    product = try_pair("@", Operand("x", (5, 3)), Operand("1", ()), None)

    assert with_tensor is not None
    assert with_tensor.shape == (5, 3)
    assert product is not None
    assert (product.error or "").startswith("TypeError: unsupported operand type(s) for @")


@pytest.mark.parametrize(
    ("name", "pair"),
    [
        ("+", ((100_000, 1), (100_000,))),
        ("+=", ((1 << 40,), (1,))),
        ("@", ((100_000, 100), (100, 100_000))),
        ("@", ((5000, 1, 100, 3), (5000, 3, 100))),
        ("@", ((1 << 50,), (1 << 50,))),
    ],
)
def test_what_is_too_large_is_not_run(name: str, pair: tuple[Shape, Shape]) -> None:
    by_rules = {"@": align_matmul, "+=": align_in_place, "+": lambda *shapes: align(shapes)}
    result = by_rules[name](*pair).result

    assert result is not None
    assert try_pair(name, *operands(*pair), result) is None


def test_clash_of_huge_shapes_takes_no_memory() -> None:
    trial = try_pair("+", *operands((1 << 61,), (3,)), None)

    assert trial is not None
    assert f"({1 << 61}) must match the size of tensor b (3)" in (trial.error or "")
