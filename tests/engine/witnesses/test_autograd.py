"""What torch says, in the shapes of the inputs."""

from __future__ import annotations

import math
from fractions import Fraction

import torch

from engine.formula.tensors import tensors_of
from engine.formula.tree import Array
from engine.witnesses.autograd import autograd


def array(*numbers: str) -> Array:
    return Array((len(numbers),), tuple(map(Fraction, numbers)))


def test_gradient_is_the_one_of_backward() -> None:
    point = tensors_of({"x": array("1", "2"), "y": array("3", "-4")})
    heard = autograd(lambda x, y: (x * y).sum() + x.prod(), point)

    x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    ((x * point["y"]).sum() + x.prod()).backward()  # type: ignore[no-untyped-call]
    assert heard.value.item() == -3
    assert torch.equal(heard.partials["x"], x.grad if x.grad is not None else torch.empty(0))
    assert torch.equal(heard.partials["y"], point["x"])


def test_input_that_plays_no_part_gets_zeros() -> None:
    point = tensors_of({"x": array("1"), "y": array("3", "4")})

    assert autograd(lambda x, y: x.sum(), point).partials["y"].tolist() == [0, 0]
    assert autograd(lambda x, y: torch.tensor(5.0), point).partials["y"].tolist() == [0, 0]


def test_point_itself_asks_for_no_gradient() -> None:
    point = tensors_of({"x": array("1")})
    autograd(lambda x: x.sum(), point)

    assert not point["x"].requires_grad


def test_number_past_the_range_is_infinite() -> None:
    assert tensors_of({"x": array("-1e400")})["x"].item() == -math.inf
    assert tensors_of({"x": array("1e39")}, torch.float32)["x"].item() == math.inf
    assert tensors_of({"x": array("0.1")})["x"].item() == 0.1
