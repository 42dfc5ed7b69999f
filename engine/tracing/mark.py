"""An expression of a cell that may become a step of its trace."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

TEXT_MOST = 200

Span = tuple[int, int, int, int]  # line, end line, column, end column, as code objects keep them
Placed = ast.expr | ast.stmt


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an expression stands and what of it is shown.

    `code` is the expression itself; `text` what is shown of it: the whole statement, if it is
    assigned. `children` are the numbers of the marks just inside; `names` what it is assigned to.
    A `leaf` only looks a value up, and is shown once; `last` is what the cell comes to.
    """

    span: Span
    code: str
    text: str
    depth: int
    children: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    leaf: bool = False
    last: bool = False


def span(node: Placed) -> Span:
    """Where a node stands."""
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
    return node.lineno, end_line, node.col_offset, end_column


def text_of(node: Placed, lines: Sequence[bytes]) -> str:
    """A node's own text in one line; columns count bytes of UTF-8.

    >>> text_of(ast.parse("y = (x +\\n  1)").body[0], [b"y = (x +", b"  1)"])
    'y = (x + 1)'
    """
    first, last, start, end = span(node)
    part = list(lines[first - 1 : last])
    if not part:
        return ""
    part[-1] = part[-1][:end]
    part[0] = part[0][start:]
    rows = [" ".join(row.decode("utf-8", "replace").split()) for row in part]
    text = rows[0] + "".join(row if row[:1] == "." else f" {row}" for row in rows[1:])
    return text if len(text) <= TEXT_MOST else text[: TEXT_MOST - 1] + "…"
