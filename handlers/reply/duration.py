"""A time as people say it: three digits, in the unit that suits it."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from handlers.words import Say

_UNITS: Final = ((1e-6, 1e9, "time.ns"), (1e-3, 1e6, "time.us"), (1.0, 1e3, "time.ms"))
_LONGEST_S: Final = 1e9


def duration(say: Say, seconds: float) -> Markup:
    """A time in nanoseconds, microseconds, milliseconds or seconds."""
    seconds = sane(seconds)
    rounded = float(f"{seconds:.3g}")  # first, or 999.9 would be 1e+03 of its unit
    for below, scale, key in _UNITS:
        if rounded < below:
            return say(key, n=f"{rounded * scale:.3g}")
    return say("time.s", n=f"{rounded:.3g}" if rounded < 1000 else f"{rounded:.0f}")


def sane(seconds: float) -> float:
    """The time itself where it is one: a cell can forge what its own jail tells."""
    return min(max(seconds, 0.0), _LONGEST_S) if seconds == seconds else 0.0
