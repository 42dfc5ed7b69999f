"""What the tests of rules share."""

from __future__ import annotations

import pytest
import torch


@pytest.fixture(scope="session", autouse=True)
def meta_tensors_are_ready() -> None:
    """The first operation on a meta tensor imports for a second: longer than examples get."""
    assert (torch.ones(1, device="meta") + 1).is_meta
