"""A length of time, and how many times longer it is, as people say them."""

from __future__ import annotations

import math
from typing import Final

from markupsafe import Markup

from handlers.words import Say

UNITS: Final = ((1.0, "duration.s"), (1e-3, "duration.ms"), (1e-6, "duration.us"))
NANO: Final = 1e-9
LONGEST_S: Final = 1e6  # a cell can forge what its own jail measured
LARGEST: Final = 1e6


def duration(seconds: float, say: Say) -> Markup:
    """Seconds in the unit that suits them, to three digits."""
    seconds = sane(seconds)
    for unit, key in UNITS:
        if seconds >= unit * 0.9995:
            return say(key, n=_three(seconds / unit))
    return say("duration.ns", n=_three(seconds / NANO))


def times(ratio: float, say: Say) -> Markup:
    """How many times as much: 1.42, 3.1, 12, in the form that such a number takes."""
    text = ratio_text(ratio)
    form = 2 if "." in text else int(text)  # a fraction takes the form of two
    return say.n("duration.times", form, times=text)


def ratio_text(ratio: float) -> str:
    """A ratio with as many digits as tell it from 1."""
    ratio = min(max(ratio, 0.0), LARGEST) if not math.isnan(ratio) else 0.0
    if ratio < 1.995:
        return f"{ratio:.2f}"
    return f"{ratio:.1f}" if ratio < 9.95 else f"{ratio:.0f}"


def sane(seconds: float) -> float:
    """The time itself where it is one."""
    return min(max(seconds, 0.0), LONGEST_S) if not math.isnan(seconds) else 0.0


def _three(number: float) -> str:
    """Three digits, and no exponent.

    >>> _three(0.1234), _three(12.345), _three(999.96), _three(123456.0)
    ('0.123', '12.3', '1000', '123456')
    """
    rounded = float(f"{number:.3g}")  # 9.996 has one digit before the point, 10.0 two
    digits = 2 - math.floor(math.log10(rounded)) if rounded > 0 else 0
    return f"{number:.{min(max(digits, 0), 9)}f}"
