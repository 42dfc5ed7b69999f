"""Values are called different only where they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engine.notebook.likeness import alike

NAN, INF = float("nan"), float("inf")


class Liar:
    def __eq__(self, other: object) -> bool:
        raise AssertionError("never asked")

    __hash__ = object.__hash__


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, 1, True),
        (1, True, True),
        (499_500, 499_501, False),
        (10**30, 10**30, True),
        ("a", "b", False),
        ("a", 1, False),
        (0.1 + 0.2, 0.3, True),
        (1.0, 1.01, False),
        (NAN, NAN, True),
        (INF, INF, True),
        (INF, -INF, False),
        (1.0, NAN, False),
        (torch.tensor(3.0), 3, True),
        (torch.tensor([499_500]), torch.tensor([499_501]), False),
        (torch.tensor([True]), torch.tensor([1]), True),
        (torch.ones(2), np.ones(2), True),
        (torch.ones(2), torch.ones(2, 1), False),
        (torch.ones(2), torch.ones(2).double() + 1e-6, True),
        (torch.zeros(0), torch.zeros(0), True),
        (torch.tensor([1e-9, 1.0]), torch.tensor([0.0, 1.0]), True),
        (torch.ones(2, requires_grad=True), torch.nn.Parameter(torch.ones(2)), True),
        ((1, "a"), (1, "a"), True),
        ((1, "a"), (1, "b"), False),
        ((1,), [1], None),
        ([1], [1, 2], False),
        ([Liar()], [1], None),
        ([Liar(), 1], [1, 2], False),
        ([1] * 101, [2] * 101, None),
        ((1, (2,)), (1, (2,)), None),
        (None, None, None),
        (Liar(), Liar(), None),
        (torch.ones(2, device="meta"), torch.ones(2), None),
        (np.array(["a"]), np.array(["b"]), None),
        (1j, 2j, None),
    ],
)
def test_likeness(one: Any, other: Any, expected: bool | None) -> None:
    assert alike(one, other) is expected
    assert alike(other, one) is expected


def test_another_order_of_summation_is_no_difference() -> None:
    numbers = torch.rand(100_000, generator=torch.Generator().manual_seed(1)) - 0.5
    one, other = numbers.view(-1, 100).sum(0), numbers.view(-1, 100).flip(0).cumsum(0)[-1]
    assert not torch.equal(one, other)
    assert alike(one, other) is True
