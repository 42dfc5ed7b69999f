"""Numbers as they are shown: six significant digits, `14` rather than `14.0`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from mpmath import mp

DIGITS: Final = 6
SHOWN: Final = 12  # numbers of a vector or a matrix
LARGEST_WHOLE: Final = 10**15  # written out
_EXPONENT: Final = re.compile(r"e\+?(-?)0*")


def figure(value: Any) -> str:
    """A number of Python, mpmath or torch, or an array of them, as text.

    >>> figure(14.0), figure(2.5e-10), figure(float("nan")), figure(1 / 3)
    ('14', '2.5e-10', 'nan', '0.333333')
    >>> figure([[1.0, 2.5], [3.0, 4.0]])
    '[[1, 2.5], [3, 4]]'
    >>> figure(range(100))
    '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …]'
    """
    value = value.tolist() if hasattr(value, "tolist") else value
    return _rows(value, SHOWN)[0] if isinstance(value, Sequence) else _number(value)


def rounded_figure(value: float, digits: int) -> str:
    """A float in so many digits, its exponent as short as may be.

    >>> rounded_figure(0.4936171177987731, 15), rounded_figure(9.5e-06, 2), rounded_figure(1e20, 2)
    ('0.493617117798773', '9.5e-6', '1e20')
    """
    return _EXPONENT.sub(r"e\1", f"{value:.{digits}g}")


def _rows(rows: Sequence[Any], room: int) -> tuple[str, int]:
    """The rows as far as there is room for their numbers, and the room that is left."""
    texts: list[str] = []
    for row in rows:
        if not room:
            texts.append("…")
            break
        if isinstance(row, Sequence):
            text, room = _rows(row, room)
        else:
            text, room = _number(row), room - 1
        texts.append(text)
    return f"[{', '.join(texts)}]", room


def _number(value: Any) -> str:
    if mp.isint(value) and abs(value) < LARGEST_WHOLE:
        return str(int(value))
    if not mp.isfinite(value) or value == 0 or 1e-300 < abs(value) < 1e300:
        return f"{float(value):.{DIGITS}g}"
    return str(mp.nstr(mp.mpf(value), DIGITS))
