"""What a benchmark brings back: repeated measurements side by side, and the table of them."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import zip_longest
from statistics import median

HEADER = ("", "median", "min–max", "n", "of its peer")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing measured several times; `peer` was measured in turns with it."""

    name: str
    values: Sequence[float]
    peer: Row | None = None

    def ratios(self) -> list[float]:
        """This against its peer, round by round: what slowed both slows no ratio."""
        if self.peer is None:
            return []
        return [mine / theirs for mine, theirs in zip(self.values, self.peer.values, strict=True)]

    def cells(self) -> tuple[str, ...]:
        """The row as the table shows it."""
        values = self.values
        spread = f"{number(min(values))}–{number(max(values))}"
        return (self.name, number(median(values)), spread, str(len(values)), self._of_its_peer())

    def _of_its_peer(self) -> str:
        if self.peer is None:
            return ""
        ratios = self.ratios()
        spread = f"{ratio(min(ratios))}–{ratio(max(ratios))}"
        return f"{ratio(median(ratios))} ({spread}) of {self.peer.name}"


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    unit: str
    rows: Sequence[Row]

    def __str__(self) -> str:
        lines = [HEADER, *(row.cells() for row in self.rows)]
        widths = [max(map(len, column)) for column in zip_longest(*lines, fillvalue="")]
        return "\n".join(
            [f"{self.title}; {self.unit}", *(_aligned(line, widths) for line in lines)]
        )


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers, peer = line
    padded = (text.rjust(width) for text, width in zip(numbers, widths[1:-1], strict=True))
    return "  ".join((f"  {name.ljust(widths[0])}", *padded, peer)).rstrip()


def number(value: float) -> str:
    """Three digits that mean something.

    >>> [number(value) for value in (0.01234, 1.2345, 123.45, 12345.6)]
    ['0.0123', '1.23', '123', '12,346']
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:#.3g}"


def ratio(value: float) -> str:
    """How many times as much, or which part of it.

    >>> [ratio(value) for value in (0.0021, 0.72, 1.3)]
    ['1/476', '0.720', '1.30']
    """
    return f"1/{number(1 / value)}" if 0 < value < 0.1 else number(value)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all values do not exceed.

    >>> percentile([1, 2, 3, 4], 0.5), percentile([1, 2, 3, 4], 0.99)
    (2, 4)
    """
    return sorted(values)[math.ceil(share * len(values)) - 1]


def machine() -> str:
    """What the measurements were made on."""
    load = os.getloadavg()[0]
    return " · ".join(
        (
            f"{len(os.sched_getaffinity(0))} cores, load {load:.1f}",
            f"{platform.system()} {platform.release()}",
            f"Python {platform.python_version()}",
            f"torch {version('torch')}",
            f"python-telegram-bot {version('python-telegram-bot')}",
        )
    )
