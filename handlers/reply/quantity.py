"""Times, ratios and counts as people say them."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from handlers.words import Say

_UNITS: Final = ((1e-6, 1e9, "time.ns"), (1e-3, 1e6, "time.us"), (1.0, 1e3, "time.ms"))
_LONGEST_S: Final = 1e9
_LARGEST: Final = 1e12


def duration(say: Say, seconds: float) -> Markup:
    """A time with three digits, in nanoseconds, microseconds, milliseconds or seconds."""
    rounded = float(f"{sane(seconds):.3g}")  # first, or 999.9 would be 1e+03 of its unit
    for below, scale, key in _UNITS:
        if rounded < below:
            return say(key, n=_three(rounded * scale))
    return say("time.s", n=_three(rounded))


def sane(seconds: float) -> float:
    """The time itself where it is one: a cell can forge what its own jail tells."""
    return min(max(seconds, 0.0), _LONGEST_S) if seconds == seconds else 0.0


def times(say: Say, ratio: float) -> Markup:
    """A ratio in words, with as many digits as anybody wants: 1.05, 3.1, 310 times."""
    text = ratio_text(ratio)
    return say("time.times.part", n=text) if "." in text else say.n("time.times", int(text))


def ratio_text(ratio: float) -> str:
    """The digits of it.

    >>> ratio_text(1.049), ratio_text(3.14), ratio_text(310.2)
    ('1.05', '3.1', '310')
    """
    ratio = min(max(ratio, 0.0), _LARGEST) if ratio == ratio else 0.0
    if ratio >= 9.95:
        return f"{ratio:.0f}"
    return f"{ratio:.1f}" if ratio >= 1.995 else f"{ratio:.2f}"


def grouped(count: int) -> str:
    """A whole number in groups of three digits.

    >>> grouped(1234567).split("\\u00a0")
    ['1', '234', '567']
    """
    return f"{count:,}".replace(",", "\u00a0")


def _three(number: float) -> str:
    """Three digits, no exponent.

    >>> _three(6.2), _three(999.0), _three(123456.0), _three(0.0)
    ('6.20', '999', '123456', '0')
    """
    if not number:
        return "0"
    places = max(0, 3 - len(str(int(number)))) if number >= 1 else 3
    return f"{number:.{places}f}"
