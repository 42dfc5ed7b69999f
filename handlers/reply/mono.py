"""Monospaced lines that a phone shows without breaking them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from functools import partial
from itertools import chain
from typing import Final

COLUMNS: Final = 35  # what a phone shows of a monospaced line
GAP: Final = "  "
DIGITS: Final = (5, 4, 3)  # to which numbers may be rounded where six are too many
_NUMBER = re.compile(r"(?<![\w.])\d+\.\d+(e[+-]?\d+)?(?!\w)")


def wrapped(text: str, indent: str = "  ", hanging: str = "", lines: int = 6) -> list[str]:
    """The text in lines of at most `COLUMNS`, broken at spaces, indented; past `lines` cut.

    All lines but the first are indented by `hanging` more.

    >>> wrapped("cos(x) · exp(sin(x)) + 2(x + y) · (x - y)", "    ")
    ['    cos(x) · exp(sin(x)) + 2(x + y)', '    · (x - y)']
    """
    return textwrap.wrap(
        text,
        COLUMNS,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        max_lines=lines,
        placeholder=" …",
        break_on_hyphens=False,
    )


def rounded(text: str) -> str:
    """The text with as few digits in its numbers as let it fit into a line; else the text itself.

    >>> rounded("f'(x) = [0.0900306, 0.244728, 0.665241]")
    "f'(x) = [0.09003, 0.2447, 0.6652]"
    """
    tried = chain([text], (_shorter(text, n) for n in DIGITS))
    return next((each for each in tried if fits([each])), text)


def _with_digits(digits: int, number: re.Match[str]) -> str:
    return f"{float(number[0]):.{digits}g}"


def grid(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows with every column as wide as its widest cell: the first to the left, others right.

    >>> grid([["", "x", "y"], ["x", "4", "3"], ["y", "3", "2"]])
    ['   x  y', 'x  4  3', 'y  3  2']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        GAP.join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
        for row in rows
    ]


def rounded_grid(rows: Sequence[Sequence[str]]) -> list[str]:
    """The grid with as many digits in its numbers as a phone has room for, three at least."""
    fewer = [[[_shorter(cell, n) for cell in row] for row in rows] for n in DIGITS]
    grids = [grid(each) for each in (rows, *fewer)]
    return next(filter(fits, grids), grids[0])


def _shorter(text: str, digits: int) -> str:
    return _NUMBER.sub(partial(_with_digits, digits), text)


def fits(lines: Sequence[str]) -> bool:
    """Whether none of the lines is broken on a phone."""
    return all(len(line) <= COLUMNS for line in lines)
