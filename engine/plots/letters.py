"""Lines of text as they stand in a picture: how wide they are, and where they are cut."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

MEASURED: Final = 4096  # texts whose width is kept; one picture has a few hundred
LINE: Final = 1.3  # height of a line, in sizes of its letters
_POINT: Final = 72.0  # dots an inch: at this a point is a pixel


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one size, weight and colour; size in pixels of a picture that is not scaled."""

    text: str
    size: float
    colour: str
    bold: bool = False

    @property
    def font(self) -> FontProperties:
        return _font(self.size, self.bold)

    @property
    def width(self) -> float:
        return _width(self.text, self.size, self.bold)


Line = tuple[Run, ...]  # drawn one behind the other, with a gap


def gap(line: Line) -> float:
    """What is left free between the runs of a line."""
    return 0.55 * max(run.size for run in line)


def line_width(line: Line) -> float:
    """How wide the line is, with its gaps."""
    return sum(run.width for run in line) + gap(line) * (len(line) - 1)


def line_height(line: Line) -> float:
    """How high the line is, with the air below and above."""
    return LINE * max(run.size for run in line)


def shortened(text: str, most: int) -> str:
    """The text on one line in at most so many characters, … at its end when it was longer.

    >>> shortened("x + y * z", 6), shortened("x\\n+ y", 6)
    ('x + y…', 'x + y')
    """
    line = " ".join("".join(_visible(letter) for letter in text[: 4 * most]).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def wrapped(text: str, most: int, lines: int) -> list[str]:
    """The text on at most so many lines of at most so many characters, broken at spaces.

    >>> wrapped("x² + xy + (x + y)²", 10, 2), wrapped("abcdefgh", 4, 2)
    (['x² + xy +', '(x + y)²'], ['abc…'])
    """
    left = shortened(text, lines * most)
    found: list[str] = []
    while len(left) > most and len(found) < lines - 1:
        at = left.rfind(" ", 0, most + 1)
        if at <= 0:
            break
        found.append(left[:at])
        left = left[at + 1 :]
    return [*found, shortened(left, most)]


def _visible(letter: str) -> str:
    return letter if letter.isprintable() or letter.isspace() else "?"


@lru_cache(MEASURED)  # each way to draw a graph asks for the same ones again
def _width(text: str, size: float, bold: bool) -> float:
    with warnings.catch_warnings(action="ignore"):  # a letter that the font lacks is a box
        found = _renderer().get_text_width_height_descent(text, _font(size, bold), False)
    return float(found[0])


@cache
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")


@cache
def _renderer() -> Any:
    return RendererAgg(1, 1, _POINT)  # type: ignore[no-untyped-call]
