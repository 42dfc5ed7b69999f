"""A place to run a cell beside the session: what it does there stays there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.notebook.figures import take_figures
from engine.notebook.settings import settings_kept
from engine.notebook.state import Notebook
from engine.tracing.modes import function_modes, modes, restore_function_modes, restore_modes


@contextmanager
def aside(notebook: Notebook) -> Iterator[None]:
    """Around code that may bind names, draw numbers and figures: all is put back as it was."""
    names = notebook.names
    before, on, functions = dict(names), modes(), function_modes()
    with settings_kept():
        try:
            yield
        finally:
            restore_modes(on)
            names.clear()
            names.update(before)
            restore_function_modes(functions)
            take_figures()
