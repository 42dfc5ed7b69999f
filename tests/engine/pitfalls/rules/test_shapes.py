"""Shapes that do not fit: the axis, the operands and the repair are the right ones."""

from __future__ import annotations

import pytest
import torch

from engine.pitfalls.rules.shapes import clash
from engine.records import Certainty
from tests.engine.pitfalls.explained import explained, told


@pytest.mark.parametrize(
    ("left", "right", "axis", "sizes"),
    [
        ("(5, 2, 4, 1)", "(3, 1, 1)", "−3", (2, 3)),
        ("(2, 3)", "(2,)", "−1", (3, 2)),
        ("(0,)", "(2, 2)", "−1", (0, 2)),
    ],
)
def test_axis_is_counted_from_the_end(
    left: str, right: str, axis: str, sizes: tuple[int, int]
) -> None:
    found = explained(f"x = torch.ones({left})\ny = torch.ones({right})\nz = x + y")

    assert found.slug == "sizes_differ"
    assert found.certainty is Certainty.PROVED
    values = found.values
    assert (values["axis"], values["left_size"], values["right_size"]) == (axis, *sizes)
    assert (values["left"], values["right"]) == ("x", "y")


def test_repair_stands_in_the_students_own_line() -> None:
    cell = "x = torch.ones(32, 10)\nm = torch.ones(32)\nloss = ((x - m) ** 2).mean()"

    assert told(cell)[2] == "loss = ((x - m.unsqueeze(1)) ** 2).mean()"


def test_reduction_keeps_its_axis() -> None:
    assert told("x = torch.ones(4, 3)\nx / x.sum(1)")[2] == "x / x.sum(1, keepdim=True)"


@pytest.mark.parametrize("sizes", [("3", "4"), ("5, 2, 4, 1", "3, 1, 1")])
def test_where_all_pairs_could_be_meant_nothing_is_offered(sizes: tuple[str, str]) -> None:
    found = explained(f"x = torch.ones({sizes[0]})\ny = torch.ones({sizes[1]})\nx + y")

    assert (found.slug, found.fix) == ("sizes_differ", "")


def test_operand_that_cannot_be_had_is_not_guessed() -> None:
    cell = "def f(x):\n    return x * 2\nf(torch.ones(4)) + torch.ones(3)"

    assert told(cell) == ("sizes_differ", "usual", "")


def test_large_operands_are_looked_at_without_computing() -> None:
    cell = "x = torch.ones(1).expand(1 << 24, 3)\nx - torch.ones(2)"

    assert explained(cell).certainty is Certainty.PROVED


def test_in_place_keeps_the_students_expression() -> None:
    assert told("x = torch.zeros(3)\ny = torch.ones(2, 3)\nx -= y + 1") == (
        "grows_in_place",
        "proved",
        "x = x - (y + 1)",
    )


def test_take_along_dim_is_told_from_an_ordinary_clash() -> None:
    setting = "x = torch.arange(12).view(2, 3, 2)\nindices = torch.tensor([0, 1, 0])"
    line = "x.take_along_dim(indices.view(-1, 1, 1), dim=2)"

    assert told(setting, line) == (
        "take_along_dim",
        "proved",
        "x.take_along_dim(indices.view(1, 1, -1), dim=2)",
    )
    assert told(setting, "x + indices.view(-1, 1, 1)")[0] == "sizes_differ"


def test_shapes_that_agree_have_no_clash() -> None:
    assert clash(torch.ones(5, 3, 4, 1), torch.ones(3, 1, 1)) is None
