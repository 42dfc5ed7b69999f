"""Monospaced lines that a phone shows without breaking them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final

COLUMNS: Final = 35  # what a phone shows of a monospaced line
GAP: Final = "  "


def wrapped(text: str, indent: str = "  ", lines: int = 6) -> list[str]:
    """The text in lines of at most `COLUMNS`, broken at spaces, indented; past `lines` cut.

    >>> wrapped("cos(x) · exp(sin(x)) + 2(x + y) · (x - y)", "    ")
    ['    cos(x) · exp(sin(x)) + 2(x + y)', '    · (x - y)']
    """
    width = COLUMNS - len(indent)
    found = textwrap.wrap(text, width, max_lines=lines, placeholder=" …", break_on_hyphens=False)
    return [indent + line for line in found]


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


def fits(lines: Sequence[str]) -> bool:
    """Whether none of the lines is broken on a phone."""
    return all(len(line) <= COLUMNS for line in lines)
