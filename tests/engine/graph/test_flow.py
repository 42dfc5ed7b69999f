"""What flows through a graph, beside torch's own engine."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import assume, given, settings
from torch import nn

from engine.formula.writing.torch_function import torch_function
from engine.graph import flow as flowing
from engine.graph.flow import CannotFlow, Flow, flow
from engine.graph.walk import Walked, is_leaf, walk
from tests.engine.formula.formulas import Example, scalar_examples, tensor_examples


def walked(root: torch.Tensor) -> Walked:
    found = walk(root.grad_fn)
    assert isinstance(found, Walked)
    return found


def agrees_with_the_engine(root: torch.Tensor) -> None:
    """Shares into a leaf add up to its gradient; no `.grad` and no version is changed."""
    graph = walked(root)
    found = flow(graph)
    leaves = {place: node.variable for place, node in enumerate(graph.nodes) if is_leaf(node)}
    assert all(leaf.grad is None for leaf in leaves.values())
    theirs = torch.autograd.grad(root, [*leaves.values()], allow_unused=True)
    for (place, leaf), right in zip(leaves.items(), theirs, strict=True):
        ours = found.arriving[place]
        shares = [
            share
            for link, share in zip(graph.links, found.shares, strict=True)
            if link.input == place and share is not None
        ]
        if right is None or ours is None:
            assert right is None or not right.any()
            continue
        assert ours.shape == leaf.shape
        torch.testing.assert_close(ours, right, equal_nan=True)
        total = torch.stack(shares).sum(0)
        torch.testing.assert_close(total, right, rtol=1e-9, atol=1e-9, equal_nan=True)


def value_of(example: Example) -> torch.Tensor:
    inputs = []
    for name in example.formula.inputs:
        array = example.point[name]
        numbers = torch.tensor([float(each) for each in array.values], dtype=torch.float64)
        inputs.append(numbers.reshape(array.shape).requires_grad_())
    value = torch_function(example.formula)(*inputs)
    value = value.sum() if value.ndim else value
    assume(value.grad_fn is not None and isinstance(walk(value.grad_fn), Walked))
    return value


@settings(max_examples=100, deadline=None)
@given(scalar_examples())
def test_shares_of_generated_formulas_add_up_to_the_gradient(example: Example) -> None:
    agrees_with_the_engine(value_of(example))


@settings(max_examples=60, deadline=None)
@given(tensor_examples())
def test_shares_of_formulas_of_tensors_add_up_to_the_gradient(example: Example) -> None:
    agrees_with_the_engine(value_of(example))


def test_seminars_function_carries_four_two_and_eight_into_x() -> None:
    x, y = (torch.tensor(2.0, requires_grad=True) for _ in range(2))
    graph = walked(x**2 + x * y + (x + y) ** 2)
    found = flow(graph)

    def into(leaf: torch.Tensor, what: tuple[Any, ...]) -> list[float]:
        return [
            float(number)
            for link, number in zip(graph.links, what, strict=True)
            if getattr(graph.nodes[link.input], "variable", None) is leaf
        ]

    assert into(x, found.shares) == [4, 2, 8]
    assert into(y, found.shares) == [2, 8]
    assert into(x, found.locals) == [4, 2, 1]


def test_share_is_local_derivative_times_what_arrives() -> None:
    x = torch.tensor(0.7, requires_grad=True, dtype=torch.float64)
    graph = walked(torch.exp(torch.sin(x) * x) / x)
    found = flow(graph)

    for link, share, local in zip(graph.links, found.shares, found.locals, strict=True):
        arriving = found.arriving[link.result]
        assert share is not None
        assert local is not None
        assert arriving is not None
        torch.testing.assert_close(share, local * arriving)


def test_derivative_is_known_where_nothing_arrives() -> None:
    x = torch.tensor(3.0, requires_grad=True)
    found = flow(walked(x**2 * 0))

    assert [float(each) for each in found.locals if each is not None] == [0, 6]
    assert [float(each) for each in found.shares if each is not None] == [0, 0]


class Power(torch.autograd.Function):
    """As in the seminar: an argument that is no tensor; it counts its backwards."""

    calls = 0

    @staticmethod
    def forward(ctx: Any, tensor: torch.Tensor, power: int) -> torch.Tensor:
        ctx.save_for_backward(tensor)
        ctx.power = power
        return tensor**power

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        (tensor,) = ctx.saved_tensors
        Power.calls += 1
        return gradient * ctx.power * tensor ** (ctx.power - 1), None


def power(tensor: torch.Tensor, exponent: int) -> torch.Tensor:
    result: torch.Tensor = Power.apply(tensor, exponent)  # type: ignore[no-untyped-call]
    return result


def test_function_of_a_user_is_called_once() -> None:
    x = torch.tensor(2.0, requires_grad=True)
    root, Power.calls = power(x, 3) * 5, 0

    found = flow(walked(root))

    assert Power.calls == 1
    assert [float(each) for each in found.shares if each is not None] == [5, 60]
    assert [float(each) for each in found.locals if each is not None] == [5, 12]


def models() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    x, layer = torch.rand(4, 3), nn.Linear(3, 3)
    w = torch.rand(3, requires_grad=True)
    a, b = (x * w).unbind(1)[:2]
    chunks = torch.split(x @ torch.diag(w), 2)
    return {
        "layers": nn.Sequential(layer, nn.ReLU(), layer, nn.Tanh())(x).pow(2).mean(),
        "several outputs": (a * b).sum(),
        "one of several outputs": chunks[1].sum(),
        "stretched": (x + w).sum() + w.prod(),
        "entropy": nn.functional.cross_entropy(layer(x), torch.tensor([0, 1, 2, 0])),
        "indices": w[torch.tensor([0, 0, 2])].cumsum(0).max(),
        "dropout": nn.functional.dropout(layer(x)).sum(),
        "function": power(w * 2, 3).sum(),
        "mixed dtypes": (w.double() * torch.rand(3, dtype=torch.float64)).sum().float(),
        "one element": (w * w).sum().reshape(1),
    }


@pytest.mark.parametrize("name", models())
def test_models_agree_with_the_engine(name: str) -> None:
    agrees_with_the_engine(models()[name])


def test_hooks_and_retained_gradients_are_left_alone() -> None:
    x = torch.tensor(2.0, requires_grad=True)
    middle = x * 3
    called: list[torch.Tensor] = []
    middle.retain_grad()
    middle.register_hook(called.append)  # type: ignore[no-untyped-call]
    root = middle**2

    flow(walked(root))

    assert called == []
    assert middle.grad is None
    torch.autograd.backward(root)  # the graph is whole
    assert len(called) == 1


def fails(root: torch.Tensor) -> str:
    with pytest.raises(CannotFlow) as raised:
        flow(walked(root))
    return str(raised.value)


def test_freed_graph_says_so() -> None:
    x = torch.tensor(2.0, requires_grad=True)
    root = x.exp()
    torch.autograd.backward(root)

    assert "backward through the graph a second time" in fails(root)


def test_change_in_place_says_so() -> None:
    root = torch.tensor(2.0, requires_grad=True).exp()
    with torch.no_grad():
        root.mul_(2)

    assert "modified by an inplace operation" in fails(root)


def test_large_tensors_are_not_touched() -> None:
    big = torch.ones(1).requires_grad_().expand(flowing.NUMEL_MAX)

    assert fails((big * 1.0).sum()) == ""


def test_nothing_flows_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flowing, "SECONDS_MAX", -1.0)

    assert fails(torch.tensor(2.0, requires_grad=True) * 2) == ""


def test_result_is_immutable() -> None:
    found = flow(walked(torch.tensor(2.0, requires_grad=True) * 2))
    assert isinstance(found, Flow)
    assert isinstance(found.shares, tuple)
