"""numpy and torch count alike."""

from __future__ import annotations

import math

import pytest
import torch

from engine.roots.going import Going


@pytest.mark.parametrize("numpy", [True, False])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_who_goes_on_is_counted(numpy: bool, dtype: torch.dtype) -> None:
    going = Going(torch.zeros(5, dtype=dtype), numpy=numpy).anew(torch.zeros(5, dtype=dtype))
    value = torch.tensor([0.5, -0.5, 0.75, -math.inf, math.nan], dtype=dtype)
    assert going.shrunk(value, 0.5).tolist()[:4] == [0.0, 0.0, 0.75, -math.inf]
    assert going.left() == 3
    going.count()
    going.shrunk(value, 0.8)
    going.count()
    assert going.counts.tolist() == [0, 0, 1, 2, 2]
    assert going.places(None).tolist() == [3, 4]
    assert going.places(value == 0.5).tolist() == [0, 3, 4]


def test_another_size_gets_room_of_its_own() -> None:
    going = Going(torch.zeros(5), numpy=True)
    assert going.anew(torch.zeros(5)) is going
    assert going.anew(torch.zeros(4)).counts.tolist() == [0, 0, 0, 0]
