"""Mistakes that raise nothing: looked for after a cell that succeeded, proved by its values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from engine.pitfalls.silent.accumulation import added_up, watching
from engine.pitfalls.silent.corrections import corrections, shared_memory
from engine.pitfalls.silent.losses import lost_graph, stretched_losses
from engine.pitfalls.silent.parameters import Snapshot, not_finite, snapshot_of
from engine.records import Note

# A cell that says none of these words is not looked at.
_WORDS: Final = re.compile(
    r"backward|detach|\.data\b|_loss\b|Loss\b|criterion|mean\(|sum\(|take_along_dim"
)


def before(source: str, names: Mapping[str, Any]) -> Snapshot | None:
    """What has to be remembered of the session before a cell runs; None: nothing is looked for.

    >>> before("x + 1", {}) is None
    True
    """
    if not _WORDS.search(source):
        return None
    return snapshot_of(names) if "backward" in source else Snapshot()


@contextmanager
def observed(source: str, snapshot: Snapshot | None) -> Iterator[None]:
    """Around the run of a cell: sees what its values do not show afterwards."""
    if snapshot is None or "backward" not in source:
        yield
        return
    with watching(snapshot):
        yield


def notes_after(
    source: str, tree: ast.Module, names: Mapping[str, Any], snapshot: Snapshot
) -> list[Note]:
    """What a cell that succeeded should be told; `names` are those of the session after it.

    >>> import torch
    >>> code = "x = torch.zeros(3, requires_grad=True)\\n(x ** 2).sum().sqrt().backward()"
    >>> names = {"torch": torch}
    >>> exec(code, names)
    >>> notes_after(code, ast.parse(code), names, Snapshot())[0].key
    'note.bad_gradient_sqrt'
    """
    return list(_notes(source, tree, names, snapshot))


def _notes(
    source: str, tree: ast.Module, names: Mapping[str, Any], snapshot: Snapshot
) -> Iterator[Note]:
    if "backward" in source:
        yield from added_up(tree, names, snapshot)
        yield from not_finite(tree, names, snapshot)
        yield from lost_graph(tree, names)
    yield from shared_memory(tree, names)
    yield from stretched_losses(tree, names)
    yield from corrections(source, tree, names)
