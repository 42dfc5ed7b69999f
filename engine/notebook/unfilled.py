"""What a session knows about its unfilled functions, and what a cell is told about them."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from engine.notebook.calls import Used, used_skeletons
from engine.notebook.failure import Place
from engine.notebook.skeleton import CELL, find_skeletons
from engine.notebook.source import Cell
from engine.notebook.state import Notebook


def may_end(notebook: Notebook, tree: ast.Module, cell: Cell) -> bool:
    """Note unfilled functions that a cell defines or calls; False: it certainly never ends."""
    used: list[Used] = []
    if "..." in cell.code:
        found = find_skeletons(tree)
        used = [Used(cell.filename, skeleton, skeleton.name == CELL) for skeleton in found]
        notebook.skeletons.update({item.key: item.skeleton for item in used})
    if notebook.skeletons:
        used += used_skeletons(tree, cell.filename, notebook.names, notebook.skeletons)
    endless = [item for item in used if item.certain and item.skeleton.endless]
    _note(notebook, endless or used)
    if endless:
        notebook.note("note.not_run")
    return not endless


def note_endless_loops(notebook: Notebook, places: Iterable[Place]) -> None:
    """Note the functions whose `while ...:` an interrupt came through."""
    lines = {(place.cell.filename, place.line) for place in places}
    used = [
        Used(key[0], skeleton, True)
        for key, skeleton in notebook.skeletons.items()
        for first, last in skeleton.loops
        if any((key[0], line) in lines for line in range(first, last + 1))
    ]
    _note(notebook, used)


def _note(notebook: Notebook, used: list[Used]) -> None:
    if not used or any(note.key.startswith("note.unfilled") for note in notebook.notes):
        return
    functions = dict.fromkeys(item.skeleton.name for item in used if item.skeleton.name != CELL)
    if functions:
        notebook.note("note.unfilled", names=list(functions))
    else:
        notebook.note("note.unfilled_cell", line=used[0].skeleton.line)
