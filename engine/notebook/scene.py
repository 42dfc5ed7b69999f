"""What a rule about mistakes is shown of an exception: its code and the live values there."""

from __future__ import annotations

from collections import ChainMap
from types import FrameType

from engine.notebook.failure import exception_line, find_place, name_of, user_frame
from engine.notebook.source import parse
from engine.notebook.state import Notebook
from engine.pitfalls.rule import Scene

LINES = 2000  # of a cell that rules look through


def scene_of(error: BaseException, notebook: Notebook) -> Scene:
    """The scene of an exception of this session; runs its own `__str__`, which may raise."""
    kind = name_of(error)
    message = exception_line(error).partition("\n")[0].removeprefix(kind).removeprefix(": ")
    place, frame = find_place(error, notebook.cells), user_frame(error, notebook.cells)
    if place is None or isinstance(error, SyntaxError) or len(place.cell.lines) > LINES:
        return Scene(kind, message)
    tree = parse(place.cell.code, place.cell.filename, notebook.future)
    names = ChainMap(_locals(frame), notebook.names)
    return Scene(kind, message, tree, place.cell.lines, place.line, names)


def _locals(frame: FrameType | None) -> dict[str, object]:
    return {**frame.f_locals} if frame else {}
