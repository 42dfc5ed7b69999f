"""What a session knows about its unfilled functions, and what a cell is told about them."""

from __future__ import annotations

import ast

from engine.calls import Used, used_skeletons
from engine.failure import Place
from engine.notebook import Notebook
from engine.skeleton import find_skeletons


def may_end(notebook: Notebook, tree: ast.Module, filename: str) -> bool:
    """Note unfilled functions that a cell defines or calls; False: it certainly never ends."""
    own = [Used(filename, skeleton, not skeleton.first_line) for skeleton in find_skeletons(tree)]
    for item in own:
        notebook.skeletons[item.key] = item.skeleton
    used = [*own, *used_skeletons(tree, filename, notebook.names, notebook.skeletons)]
    endless = [item for item in used if item.certain and item.skeleton.endless]
    _note(notebook, endless or used)
    return not endless


def note_endless_loop(notebook: Notebook, place: Place) -> None:
    """Note the function whose `while ...:` an interrupt found itself in."""
    for key, skeleton in notebook.skeletons.items():
        if key[0] == place.cell.filename and any(
            first <= place.line <= last for first, last in skeleton.loops
        ):
            _note(notebook, [Used(key[0], skeleton, True)])


def _note(notebook: Notebook, used: list[Used]) -> None:
    if used and not any(note.key == "note.unfilled" for note in notebook.notes):
        first = used[0]
        notebook.note(
            "note.unfilled",
            names=list(dict.fromkeys(item.skeleton.name for item in used)),
            line=first.skeleton.line,
            cell=notebook.number - notebook.cells[first.filename].number,
        )
