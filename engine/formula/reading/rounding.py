"""A number as a dtype holds it."""

from __future__ import annotations

import math
import struct
from fractions import Fraction
from typing import Literal

Dtype = Literal["float64", "float32"]


def rounded(value: Fraction, dtype: Dtype) -> float:
    """The number as the dtype holds it, infinite where it holds none so large.

    >>> rounded(Fraction(10) ** 39, "float32"), rounded(Fraction(1, 4), "float32")
    (inf, 0.25)
    """
    try:
        double = float(value)
        return (
            double if dtype == "float64" else float(*struct.unpack("f", struct.pack("f", double)))
        )
    except OverflowError:
        return math.inf if value > 0 else -math.inf
