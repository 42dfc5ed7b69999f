"""What rules are shown of an exception, and where an interrupted cell was."""

from __future__ import annotations

from functools import partial
from typing import Any

from engine.notebook.interpreter import Raised, attempt
from engine.notebook.scene import loop_place, scene_of
from engine.notebook.source import parse, read_cell
from engine.notebook.state import Notebook, begin_cell, notebook_of, run_tree

SEARCH = (
    "def stop(x):\n    raise KeyboardInterrupt\n"
    "def search(f, left):\n    mid = 0.5\n    while left < 1:\n        f(mid)\n"
)


def raised(*sources: str) -> tuple[BaseException, Notebook]:
    session: dict[str, Any] = {}
    notebook = notebook_of(session)
    for source in sources:
        begin_cell(notebook, source)
        cell = read_cell(source, notebook.number)
        notebook.cells[cell.filename] = cell
        tree = parse(cell.code, cell.filename)
        result = attempt(partial(run_tree, notebook, tree, cell.filename))
    assert isinstance(result, Raised)
    return result.error, notebook


def test_scene_is_that_of_the_function_that_failed() -> None:
    error, notebook = raised("def f(x):\n    y = x + 1\n    return 1 / 0", "z = 5\nf(2)")
    scene = scene_of(error, notebook)

    assert (scene.type, scene.message, scene.line) == (
        "ZeroDivisionError",
        "division by zero",
        3,
    )
    assert scene.lines[2] == "    return 1 / 0"
    assert [scene.names[name] for name in ("x", "y", "z")] == [2, 3, 5]


def test_interrupt_is_told_of_the_loop_it_stopped() -> None:
    error, notebook = raised(SEARCH, "search(stop, 0)")
    scene, place = scene_of(error, notebook), loop_place(error, notebook)

    assert (scene.line, scene.names["mid"]) == (6, 0.5)
    assert place is not None
    assert (place.cell.number, place.line) == (1, 6)


def test_interrupt_outside_of_loops_is_told_where_it_struck() -> None:
    error, notebook = raised(SEARCH, "stop(1)")

    assert scene_of(error, notebook).line == 2
    assert loop_place(error, notebook) is None


def test_magic_cell_is_read_below_its_magic() -> None:
    error, notebook = raised(SEARCH, "1 / 0")
    cell = read_cell("%%time\nx = 1\n1 / 0", 3)
    notebook.cells["<cell 2>"] = cell
    scene = scene_of(error, notebook)

    assert scene.tree is not None
    assert [node.lineno for node in scene.tree.body] == [2, 3]


def test_syntax_error_has_no_scene_but_its_message() -> None:
    notebook = notebook_of({})
    scene = scene_of(SyntaxError("invalid syntax"), notebook)

    assert (scene.type, scene.tree) == ("SyntaxError", None)
