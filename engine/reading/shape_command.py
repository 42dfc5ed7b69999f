"""The same question for /shape: what is more than one operation on shapes is code there."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable

from engine.reading.shape_reader import Found
from engine.reading.shape_tokens import typed
from engine.tracing.inputs import separated

_GIVEN = {"torch", "F", "nn", "np"}


def command(text: str, found: Iterable[Found], names: Iterable[str]) -> str:
    """The text as a cell that /shape traces, its shapes named; empty when it makes none.

    `found` are the shapes that were read in it, `names` those that the ones without may get.

    >>> from engine.reading.shape_reader import Reader
    >>> command("(5,3) @ 3x2 + 1", Reader("(5,3) @ 3x2 + 1").read(), "xy")
    'x = (5, 3); y = (3, 2); x @ y + 1'
    """
    code, free = typed(text), iter(names)
    unnamed: list[str] = []
    shift = 0
    for part in found:
        if part.start is None or part.end is None:
            continue
        new = str(part.shape)
        if not part.name:
            new = next(free)
            unnamed.append(f"{new} = {part.shape}; ")
        code = code[: part.start + shift] + new + code[part.end + shift :]
        shift += len(new) - (part.end - part.start)
    code = "".join(unnamed) + code.strip()
    return code if _runs(code) else ""


def _runs(code: str) -> bool:
    """Whether it is Python in which every name has been given."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nodes = [*ast.walk(ast.parse(separated(code)))]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    names = [node for node in nodes if isinstance(node, ast.Name)]
    bound = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return bool(bound) and {name.id for name in names} <= bound | _GIVEN
