"""Numbers as places in a picture, and the round ones among them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.formula.figures import rounded_figure

Floats = NDArray[np.float64]
FAR: Final = 5_000.0  # pixels; what lies farther outside is drawn there
_PLAIN: Final = (1e-3, 1e5)  # sizes that are written without a power of ten


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of the picture in pixels; the origin is at the lower left."""

    left: float
    low: float
    right: float
    top: float

    def holds(self, other: Frame) -> bool:
        """Whether the other lies within."""
        return (
            self.left <= other.left
            and self.low <= other.low
            and other.right <= self.right
            and other.top <= self.top
        )

    def meets(self, other: Frame) -> bool:
        """Whether they share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.low < other.top
            and other.low < self.top
        )


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers from `low` to `high` as pixels from `start` to `end`.

    >>> Scale(0.0, 2.0, 100.0, 200.0).at(1.0)
    150.0
    """

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of one number."""
        return float(self.all(np.array([value]))[0])

    def all(self, values: Floats) -> Floats:
        """The places of many; nan stays nan, what is far outside stays near."""
        with np.errstate(all="ignore"):
            share = (values - self.low) / (self.high - self.low)
            return np.clip(self.start + share * (self.end - self.start), -FAR, FAR)

    def length(self, width: float) -> float:
        """How many pixels a width is."""
        return width / (self.high - self.low) * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Ticks:
    """Round numbers with their texts, all to be multiplied by ten to the `power`."""

    places: tuple[float, ...]
    texts: tuple[str, ...]
    power: int


def round_ticks(low: float, high: float, most: int) -> Ticks:
    """At most so many multiples of 1, 2 or 5 times a power of ten from `low` to `high`.

    >>> round_ticks(-0.3, 2.1, 3)
    Ticks(places=(0.0, 1.0, 2.0), texts=('0', '1', '2'), power=0)
    >>> round_ticks(0.0, 4e20, 3)
    Ticks(places=(0.0, 2e+20, 4e+20), texts=('0', '2', '4'), power=20)
    """
    factor, exponent = _step((high - low) / most)
    while _count(low, high, factor, exponent) > most:
        factor, exponent = {1: (2, exponent), 2: (5, exponent), 5: (1, exponent + 1)}[factor]
    step = factor * 10.0**exponent
    marks = range(math.ceil(low / step), math.floor(high / step) + 1)
    largest = max(abs(low), abs(high))
    plain = _PLAIN[0] <= largest < _PLAIN[1]
    power = 0 if plain else math.floor(math.log10(largest))
    decimals = max(power - exponent, 0)
    unit = factor * 10.0 ** (exponent - power)
    texts = (f"{mark * unit:.{decimals}f}" if mark else "0" for mark in marks)
    places = tuple(mark * step for mark in marks)
    return Ticks(places, tuple(text.replace("-", "−") for text in texts), power)


def _step(least: float) -> tuple[int, int]:
    """The largest round number that is not larger, as a factor and a power of ten."""
    exponent = math.floor(math.log10(least))
    lead = least / 10.0**exponent
    return (5 if lead >= 5 else 2 if lead >= 2 else 1), exponent


def _count(low: float, high: float, factor: int, exponent: int) -> int:
    step = factor * 10.0**exponent
    return math.floor(high / step) - math.ceil(low / step) + 1


def raised(power: int) -> str:
    """A power of ten in letters.

    >>> raised(-12), raised(0)
    ('10⁻¹²', '1')
    """
    digits = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{digits}" if power else "1"


def figure(value: float, digits: int) -> str:
    """A number in so many digits, short.

    >>> figure(-1e8, 4), figure(1e-20, 4), figure(0.4936171, 4)
    ('−1e8', '1e−20', '0.4936')
    """
    return rounded_figure(value, digits).replace("-", "−")
