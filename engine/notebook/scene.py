"""What a rule about mistakes is shown of an exception: its code and the live values there."""

from __future__ import annotations

import ast
from collections import ChainMap
from types import FrameType

from engine.notebook.failure import Place, exception_line, name_of, user_frames
from engine.notebook.source import parse
from engine.notebook.state import Notebook
from engine.pitfalls.facts.code import path_to
from engine.pitfalls.rule import Scene

LINES = 2000  # of a cell that rules look through


def scene_of(error: BaseException, notebook: Notebook) -> Scene:
    """The scene of an exception of this session; runs its own `__str__`, which may raise."""
    kind = name_of(error)
    message = exception_line(error).partition("\n")[0].removeprefix(kind).removeprefix(": ")
    frames = user_frames(error, notebook.cells)
    if isinstance(error, KeyboardInterrupt):
        frames = _looping(frames, notebook) or frames
    if not frames or isinstance(error, SyntaxError) or len(frames[-1][0].cell.lines) > LINES:
        return Scene(kind, message)
    place, frame = frames[-1]
    names = ChainMap({**frame.f_locals}, notebook.names)
    return Scene(kind, message, _tree(place, notebook), place.cell.lines, place.line, names)


def loop_place(error: BaseException, notebook: Notebook) -> Place | None:
    """The line of the loop that an interrupt stopped; None when it stopped none."""
    if not isinstance(error, KeyboardInterrupt):
        return None
    frames = _looping(user_frames(error, notebook.cells), notebook)
    return frames[-1][0] if frames else None


def _looping(
    frames: list[tuple[Place, FrameType]], notebook: Notebook
) -> list[tuple[Place, FrameType]]:
    """The frames that an interrupt caught in a loop: it may have hit a function called there."""
    return [
        (place, frame)
        for place, frame in frames
        if any(isinstance(node, ast.While) for node in path_to(_tree(place, notebook), place.line))
    ]


def _tree(place: Place, notebook: Notebook) -> ast.Module:
    cell = place.cell
    if cell.lines[0].startswith("%%"):  # one call as Python, but its lines keep their numbers
        body = "\n".join(["", *cell.lines[1:]])
        return parse(body, cell.filename, notebook.future)
    return parse(cell.code, cell.filename, notebook.future)
