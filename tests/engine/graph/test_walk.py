"""The autograd graph as it is walked, beside graphs drawn by hand."""

from __future__ import annotations

import pytest
import torch

from engine.graph.walk import COUNTED_MAX, TooLarge, Walked, kind, walk


def drawn(tensor: torch.Tensor) -> list[tuple[str, str]]:
    """Edges by the names of their ends."""
    walked = walk(tensor.grad_fn)
    assert isinstance(walked, Walked)
    names = [kind(node) for node in walked.nodes]
    return [(names[link.result], names[link.input]) for link in walked.links]


def x() -> torch.Tensor:
    return torch.tensor(2.0, requires_grad=True)


def test_seminars_function_has_its_ten_edges() -> None:
    a, b = x(), x()
    walked = walk((a**2 + a * b + (a + b) ** 2).grad_fn)
    assert isinstance(walked, Walked)

    assert [kind(node) for node in walked.nodes] == [
        "AddBackward0",
        "AddBackward0",
        "PowBackward0",
        "PowBackward0",
        "MulBackward0",
        "AddBackward0",
        "AccumulateGrad",
        "AccumulateGrad",
    ]
    assert [(link.result, link.input) for link in walked.links] == [
        *[(0, 1), (0, 2), (1, 3), (1, 4), (2, 5)],
        *[(3, 6), (4, 6), (4, 7), (5, 6), (5, 7)],
    ]


def test_square_written_as_product_has_two_edges_to_one_leaf() -> None:
    a = x()
    assert drawn(a * a) == [("MulBackward0", "AccumulateGrad")] * 2


def test_what_needs_no_gradient_is_left_out() -> None:
    assert drawn(x() * torch.ones(())) == [("MulBackward0", "AccumulateGrad")]


def test_layer_has_its_weight_behind_a_transposition() -> None:
    layer = torch.nn.Linear(3, 2)
    assert drawn(layer(torch.ones(4, 3)).sum()) == [
        ("SumBackward0", "AddmmBackward0"),
        ("AddmmBackward0", "AccumulateGrad"),
        ("AddmmBackward0", "TBackward0"),
        ("TBackward0", "AccumulateGrad"),
    ]


def test_function_of_a_user_is_a_node_of_its_name() -> None:
    class Twice(torch.autograd.Function):
        @staticmethod
        def forward(ctx: object, number: torch.Tensor) -> torch.Tensor:
            return number * 2

    assert drawn(Twice.apply(x())) == [("TwiceBackward", "AccumulateGrad")]  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(("steps", "large"), [(59, None), (60, TooLarge(61, False))])
def test_sixty_nodes_are_drawn_and_no_more(steps: int, large: TooLarge | None) -> None:
    value = x()
    for _ in range(steps):
        value = value.exp()

    walked = walk(value.grad_fn)

    assert walked == large or (large is None and isinstance(walked, Walked))


def test_graph_of_many_nodes_is_counted_only_so_far() -> None:
    value = start = x()
    for _ in range(COUNTED_MAX):
        value = value + start

    assert walk(value.grad_fn) == TooLarge(COUNTED_MAX, more=True)


def test_few_nodes_with_many_edges_are_too_large() -> None:
    parts = [x()] * 200
    assert walk(torch.stack(parts).sum().grad_fn) == TooLarge(3, more=False)
