"""Evaluates a notebook cell and describes what it came to, as Jupyter shows it."""

from __future__ import annotations

import ast
import importlib
import linecache
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import IPython
import torch
from torch._C import DisableTorchFunction

from engine.notebook.causes import notes_on, notes_on_syntax
from engine.notebook.display import SHOWN_CHARACTERS, display, present, printable, tensor_facts
from engine.notebook.event_loop import jail_loops
from engine.notebook.failure import (
    describe,
    exception_line,
    find_place,
    is_out_of_memory,
    name_of,
    passed_places,
)
from engine.notebook.figures import PICTURES_MAX, draw, take_figures
from engine.notebook.interpreter import Raised, attempt, flush_streams, undisturbed
from engine.notebook.magics import Shell
from engine.notebook.scene import loop_place, scene_of
from engine.notebook.source import Cell, hides_value, parse, read_cell
from engine.notebook.state import Notebook, begin_cell, notebook_of, remember_value, run_tree
from engine.notebook.unfilled import may_end, note_endless_loops
from engine.pitfalls.explain import explain
from engine.pitfalls.silent.corrections import along_dim
from engine.pitfalls.silent.notes import before, notes_after, observed
from engine.pitfalls.silent.parameters import Snapshot
from engine.records import (
    Answer,
    Call,
    CellReport,
    Explanation,
    Failure,
    TensorFacts,
    to_data,
)

T = TypeVar("T")
Shown = tuple[str | None, TensorFacts | None]
# Kept here: a cell may put something else in their places.
_is_grad_enabled, _set_grad_enabled = torch.is_grad_enabled, torch._C._set_grad_enabled
_NOTHING: Shown = (None, None)
# Mistakes of which the seminar's own text says something else than what happens.
_CORRECTED = {"update_drops_leaf": "correction.graph_cycle"}


def evaluate(call: Call) -> Answer:
    """Run `call.data["source"]` in the session; returns a `CellReport` and its pictures.

    What the cell prints goes to `sys.stdout` and `sys.stderr`. An exception of the cell's, an
    interrupt and an exit included, is reported and leaves the session usable.

    >>> call = Call({"source": "x = 2\\nx + 1"}, (), {}, lambda event: None)
    >>> evaluate(call).data["value"]
    '3'
    """
    with undisturbed():
        notebook = notebook_of(call.session)
        offer_magics(notebook)
        begin_cell(notebook, call.data["source"])
        return _answer(notebook, _outcome(notebook))


def offer_magics(notebook: Notebook) -> None:
    """What magics are turned into, and what a cell may have deleted or imported over it."""
    shell = Shell(notebook)
    vars(IPython)["get_ipython"] = lambda: shell
    notebook.names.setdefault("display", display)
    notebook.names.setdefault("get_ipython", IPython.get_ipython)


def warm() -> None:
    """Do before a fork what the first cell would wait for; leaves no state and no thread."""
    importlib.import_module("matplotlib.pyplot")  # students import it; the memory is shared
    source = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\ntorch.eye(2)"
    evaluate(Call({"source": source}, (), {}, lambda event: None))
    linecache.cache.pop("<cell 1>", None)


def _outcome(notebook: Notebook) -> Shown | Raised:
    """Read, run, show: three attempts, so that no line of ours runs among a user's builtins."""
    main = notebook.module
    cell = attempt(lambda: read_cell(notebook.inputs[-1], notebook.number))
    if isinstance(cell, Raised):
        return cell
    notebook.cells[cell.filename] = cell
    tree = attempt(lambda: read_tree(notebook, cell))
    if isinstance(tree, Raised):
        return tree
    if tree is None:
        return _NOTHING
    snapshot = look(lambda: before(cell.code, notebook.names), notebook)
    remembered = snapshot if isinstance(snapshot, Snapshot) else None
    gradients = _is_grad_enabled()
    with jail_loops(), observed(cell.code, remembered):
        value = attempt(lambda: run_tree(notebook, tree, cell.filename), main)
    flush_streams()
    if isinstance(value, Raised) and issubclass(type(value.error), KeyboardInterrupt):
        _restore_gradients(gradients)  # it may have struck just before `no_grad` could end
    if isinstance(value, Raised):
        return value
    if remembered:
        look(lambda: _note_silent(notebook, cell, tree, remembered), notebook)
    if value is None or hides_value(cell.code):
        return _NOTHING
    remember_value(notebook, value)
    shown = attempt(lambda: _present(notebook, value), main)
    flush_streams()
    return shown


def look(action: Callable[[], T], notebook: Notebook) -> T | Raised:
    """What code of ours returns; an interrupt may strike just before its `no_grad` could end."""
    gradients = _is_grad_enabled()
    found = attempt(action, notebook.module)
    _restore_gradients(gradients)
    return found


def _restore_gradients(on: bool) -> None:
    with DisableTorchFunction():  # a cell may have left a mode on that answers for torch
        _set_grad_enabled(on)


def _note_silent(notebook: Notebook, cell: Cell, tree: ast.Module, snapshot: Snapshot) -> None:
    for note in notes_after(cell.code, tree, notebook.names, snapshot):
        notebook.note(note.key, **note.values)


def read_tree(notebook: Notebook, cell: Cell) -> ast.Module | None:
    """The cell as a syntax tree, None when running it would certainly never end."""
    tree = parse(cell.code, cell.filename, notebook.future)
    return tree if may_end(notebook, tree, cell) else None


def _present(notebook: Notebook, value: object) -> Shown:
    text = present(value)
    if text is None:
        return _NOTHING
    if len(text) > SHOWN_CHARACTERS:
        notebook.note("note.value_cut", shown=SHOWN_CHARACTERS, total=len(text))
    return printable(text[:SHOWN_CHARACTERS]), tensor_facts(value)


def _answer(notebook: Notebook, outcome: Shown | Raised) -> Answer:
    failure, memory, explanation = None, False, None
    if isinstance(outcome, Raised):
        error = outcome.error
        failure = failure_of(notebook, error)
        explanation = explanation_of(notebook, error)
        memory = attempt(lambda: is_out_of_memory(error), notebook.module) is True
        BaseException.with_traceback(error, None)  # its frames hold the cell's tensors
        outcome = _NOTHING
    pictures = _pictures(notebook)
    report = CellReport(*outcome, failure, tuple(notebook.notes), explanation)
    return Answer(to_data(report), pictures, raised=failure is not None, memory=memory)


def failure_of(notebook: Notebook, error: BaseException) -> Failure:
    """Describe an exception; its own attributes are a user's code and may raise in turn."""
    attempt(lambda: _note(notebook, error), notebook.module)
    cells, number = notebook.cells, notebook.number
    found = attempt(lambda: loop_place(error, notebook), notebook.module)
    place = None if isinstance(found, Raised) else found
    failure = attempt(lambda: describe(error, cells, number, place), notebook.module)
    return Failure(name_of(error), name_of(error)) if isinstance(failure, Raised) else failure


def explanation_of(notebook: Notebook, error: BaseException) -> Explanation | None:
    """The mistake behind an exception; live values and the trial of a repair are user's code."""
    found = look(lambda: explain(scene_of(error, notebook)), notebook)
    if isinstance(found, Raised) or found is None:
        return None
    if found.slug in _CORRECTED:
        notebook.note(_CORRECTED[found.slug])
    return found


def _note(notebook: Notebook, error: BaseException) -> None:
    if isinstance(error, KeyboardInterrupt):
        note_endless_loops(notebook, passed_places(error, notebook.cells))
    found = [*notes_on(error, notebook.names), *along_dim(notebook.inputs[-1], notebook.names)]
    if isinstance(error, SyntaxError) and (place := find_place(error, notebook.cells)):
        found += notes_on_syntax(place)
    for note in found:
        notebook.note(note.key, **note.values)


def _pictures(notebook: Notebook) -> tuple[bytes, ...]:
    figures = take_figures()
    if len(figures) > PICTURES_MAX:
        notebook.note("note.pictures_dropped", count=len(figures) - PICTURES_MAX)
    pictures: list[bytes] = []
    for figure in figures[:PICTURES_MAX]:
        picture = attempt(partial(draw, figure), notebook.module)
        if isinstance(picture, bytes):
            pictures.append(picture)
        else:
            line = attempt(partial(exception_line, picture.error), notebook.module)
            notebook.note("note.picture_failed", error=line if isinstance(line, str) else "")
    return tuple(pictures)
