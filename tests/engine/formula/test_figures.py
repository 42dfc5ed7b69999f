"""Numbers of every kind are shown alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from mpmath import mp, mpf

from engine.formula.figures import figure


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (14.0, "14"),
        (mpf(14), "14"),
        (torch.tensor(14.0), "14"),
        (-0.0, "0"),
        (1 / 3, "0.333333"),
        (mpf(1) / 3, "0.333333"),
        (2.5e-10, "2.5e-10"),
        (123456789.0, "123456789"),
        (1e250, "1e+250"),
        (mpf("1e400"), "1.0e+400"),
        (mpf("1e-400"), "1.0e-400"),
        (float("nan"), "nan"),
        (mp.inf, "inf"),
        (-mp.inf, "-inf"),
        (torch.tensor([1.0, 2.5]), "[1, 2.5]"),
        (np.array([[mpf(1), mpf(2)]], dtype=object), "[[1, 2]]"),
        (torch.arange(14), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …]"),
        (torch.zeros(0), "[]"),
    ],
)
def test_figure(value: Any, text: str) -> None:
    assert figure(value) == text
