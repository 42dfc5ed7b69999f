"""What may be called again, and what never is."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from engine.pitfalls.facts.trusted import (
    Unknown,
    checked,
    forward,
    is_cheap,
    is_of_torch,
    member,
    method,
)


@pytest.mark.parametrize(
    "function", [torch.add, torch.cat, torch.linalg.norm, functional.cross_entropy, torch.einsum]
)
def test_functions_of_torch_are_trusted(function: object) -> None:
    assert is_of_torch(function)


@pytest.mark.parametrize(
    "function",
    [
        torch.save,
        torch.load,
        torch.manual_seed,
        torch.set_num_threads,
        print,
        eval,
        len,
        torch.relu_,
    ],
)
def test_functions_with_effects_are_not(function: object) -> None:
    assert not is_of_torch(function)


@pytest.mark.parametrize("name", ["backward", "set_", "register_hook", "__array__", "no_such"])
def test_methods_with_effects_are_unknown(name: str) -> None:
    with pytest.raises(Unknown):
        method(name)


def test_value_of_a_class_of_ones_own_is_unknown() -> None:
    class Own(torch.Tensor):
        pass

    class Number(int):
        pass

    for value in (torch.ones(1).as_subclass(Own), Number(3), [Number(3)], object(), {"a": 1}):
        with pytest.raises(Unknown):
            checked(value)


def test_part_of_a_model_is_read_past_its_own_attributes() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(3, 2)

        def __getattr__(self, name: str) -> Any:
            raise AssertionError(name)

    net = Net()

    assert type(member(net, "fc")) is nn.Linear
    with pytest.raises(Unknown):
        member(net, "other")


def test_hooks_of_a_layer_are_not_run() -> None:
    layer = nn.Linear(3, 2)
    layer.register_forward_hook(lambda *args: pytest.fail("a hook was run"))

    assert forward(layer)(torch.ones(5, 3)).shape == (5, 2)


def test_large_operands_are_cheap_only_where_they_are_refused_at_once() -> None:
    large = torch.ones(1).expand(1 << 23, 3)

    assert not is_cheap("+", (large, torch.ones(3)))
    assert is_cheap("+", (large, torch.ones(2)))
    assert not is_cheap("@", (torch.ones(1).expand(5000, 5000), torch.ones(1).expand(5000, 5000)))
