"""Numbers of a vector or a matrix in nested brackets."""

from __future__ import annotations

from collections.abc import Sequence


def rows(
    shape: tuple[int, ...], texts: Sequence[str], comma: str = ", ", brackets: str = "[{}]"
) -> str:
    """The texts of numbers, row by row, in brackets as `shape` has them; of () the one text.

    >>> rows((2, 1), ["1", "2"]), rows((), ["1"]), rows((0,), [])
    ('[[1], [2]]', '1', '[]')
    """
    if not shape:
        return texts[0]
    size = len(texts) // shape[0] if shape[0] else 0
    inner = (
        rows(shape[1:], texts[at * size : (at + 1) * size], comma, brackets)
        for at in range(shape[0])
    )
    return brackets.format(comma.join(inner))
