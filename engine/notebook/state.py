"""A session: the names a student has defined, the cells sent so far, what was shown."""

from __future__ import annotations
import __future__

import ast
import asyncio
import builtins
import inspect
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from types import CodeType, ModuleType
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from engine.notebook.display import printable, use_display
from engine.notebook.figures import use_backend
from engine.notebook.skeleton import Skeleton
from engine.notebook.source import Cell
from engine.records import Note

_KEY = "notebook"
_FUTURE = {name: getattr(__future__, name).compiler_flag for name in __future__.all_feature_names}
_UNDERSCORES = ("_", "__", "___")


@dataclass(slots=True)
class Notebook:
    """The state of one session; it lives as long as the jail does."""

    module: ModuleType
    cells: dict[str, Cell] = field(default_factory=dict)  # by file name
    skeletons: dict[tuple[str, int, str], Skeleton] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=lambda: [""])
    outputs: dict[int, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)  # of the cell that runs
    future: int = 0  # `from __future__ import ...` holds for later cells
    shown: tuple[Any, ...] = (None, None, None)  # what `_`, `__` and `___` were set to

    @property
    def names(self) -> dict[str, Any]:
        return vars(self.module)

    @property
    def number(self) -> int:
        """The number of the cell that runs."""
        return len(self.inputs) - 1

    def note(self, key: str, **values: Any) -> None:
        """Say something beside the output of this cell, once."""
        note = Note(key, {name: _plain(value) for name, value in values.items()})
        if note not in self.notes:
            self.notes.append(note)


def _plain(value: Any) -> Any:
    return printable(value)[:200] if isinstance(value, str) else value


def notebook_of(session: dict[str, Any]) -> Notebook:
    """The notebook of a session, a new one when the session has none."""
    if _KEY not in session:
        session[_KEY] = _new_notebook()
    notebook: Notebook = session[_KEY]
    return notebook


def _new_notebook() -> Notebook:
    use_backend()
    use_display()
    notebook = Notebook(ModuleType("__main__"))
    notebook.names.update(
        # Cells are sent one by one, often without the imports at the top of the notebook.
        {"torch": torch, "nn": nn, "F": functional, "np": np, "math": math},
        __builtins__=builtins,
        In=notebook.inputs,
        Out=notebook.outputs,
        _ih=notebook.inputs,
        _oh=notebook.outputs,
    )
    return notebook


def beside(notebook: Notebook, source: str) -> Notebook:
    """The session's notebook as it would be with one more cell; only the module is shared."""
    return replace(
        notebook,
        cells={**notebook.cells},
        skeletons={**notebook.skeletons},
        inputs=[*notebook.inputs, source],
        notes=[],
    )


def begin_cell(notebook: Notebook, source: str) -> None:
    """Number a new cell and set `In`, `_i`, `_ii`, `_iii` as Jupyter does."""
    earlier = [*reversed(["", "", *notebook.inputs][-3:])]
    notebook.inputs.append(source)
    notebook.notes.clear()
    notebook.names.update(zip(("_i", "_ii", "_iii"), earlier, strict=True))
    notebook.names[f"_i{notebook.number}"] = source


def remember_value(notebook: Notebook, value: Any) -> None:
    """Set `Out`, `_`, `__`, `___` and `_5`; names that the user took are left alone."""
    names, shown = notebook.names, notebook.shown
    if value is notebook.outputs:
        return
    taken = any(
        name in names and names[name] is not old
        for name, old in zip(_UNDERSCORES, shown, strict=True)
    )
    notebook.shown = (value, *shown[:2])
    if not taken:
        names.update(zip(_UNDERSCORES, notebook.shown, strict=True))
    notebook.outputs[notebook.number] = names[f"_{notebook.number}"] = value


def run_tree(notebook: Notebook, tree: ast.Module, filename: str) -> Any:
    """Run statements in the session; returns the value of the last one when it is an expression."""
    last = tree.body[-1] if tree.body else None
    codes: list[CodeType] = []
    if isinstance(last, ast.Expr):
        codes.append(_compile(notebook, ast.Module(tree.body[:-1], tree.type_ignores), filename))
        codes.append(_compile(notebook, ast.Expression(last.value), filename))
    else:
        codes.append(_compile(notebook, tree, filename))
    if any(code.co_flags & inspect.CO_COROUTINE for code in codes):
        return asyncio.run(_await_all(codes, notebook.names))
    return [eval(code, notebook.names) for code in codes][-1]


async def _await_all(codes: Iterable[CodeType], names: dict[str, Any]) -> Any:
    value = None
    for code in codes:
        value = eval(code, names)
        if code.co_flags & inspect.CO_COROUTINE:
            value = await value
    return value


def _compile(notebook: Notebook, tree: ast.Module | ast.Expression, filename: str) -> CodeType:
    mode = "exec" if isinstance(tree, ast.Module) else "eval"
    flags = notebook.future | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code: CodeType = compile(tree, filename, mode, flags, dont_inherit=True)
    notebook.future |= sum(flag for flag in _FUTURE.values() if code.co_flags & flag)
    return code
