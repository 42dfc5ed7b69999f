"""One pass over a cell beside its session: in earnest, or silently and without numbers."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.notebook.event_loop import jail_loops
from engine.notebook.interpreter import Raised, attempt, flush_streams, undisturbed
from engine.notebook.source import Cell, parse
from engine.notebook.state import Notebook, run_tree
from engine.tracing.aside import aside
from engine.tracing.bare_names import bare_names
from engine.tracing.copies import ROOM_BYTES, copied
from engine.tracing.forecast import Cost, counting, silence, without_numbers
from engine.tracing.inputs import find_inputs
from engine.tracing.instrument import INPUT, RECORD, Instrumented, instrument
from engine.tracing.mark import Mark
from engine.tracing.recorder import Recorder

SILENT_S = 0.5  # of a pass that only we ask for
_NO_BOUND = 1 << 62  # copies without numbers take no memory


@dataclass(frozen=True, slots=True)
class Passed:
    """What a pass told of the cell, and the exception it ended with."""

    marks: tuple[Mark, ...]
    recorder: Recorder
    raised: Raised | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A cell made to tell what it does, and the names of torch's that it uses without saying so."""

    instrumented: Instrumented
    bare: Mapping[str, Any]

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self.instrumented.marks


@dataclass(frozen=True, slots=True)
class Passes:
    """Runs `cell` in the module of `notebook`; to be used within `aside`."""

    notebook: Notebook
    cell: Cell

    def tree(self) -> ast.Module:
        """The cell's syntax tree, a new one at each call."""
        return parse(self.cell.code, self.cell.filename, self.notebook.future)

    def prepared(self, tree: ast.Module) -> Prepared:
        """The cell with this tree, which is changed, ready to be run.

        Raises RecursionError for a tree that is nested too deep.
        """
        bare = bare_names(tree, self.notebook.names)
        return Prepared(instrument(tree, self.cell.code, find_inputs(tree)), bare)

    def forecast(self, prepared: Prepared) -> tuple[Passed, Cost]:
        """Run silently, on tensors that have no numbers, and only so long."""
        cost = Cost()
        recorder = Recorder(prepared.marks, SILENT_S, cost.recorded)
        with silence(), without_numbers():
            self._offer(prepared, recorder, _NO_BOUND)
            with counting(cost, recorder.check):
                raised = self._ended(prepared)
        return Passed(prepared.marks, recorder, raised), cost

    def run(self, prepared: Prepared, seconds: float | None = None) -> Passed:
        """Run in earnest; past `seconds` the pass is stopped."""
        recorder = Recorder(prepared.marks, seconds)
        self._offer(prepared, recorder, ROOM_BYTES)
        raised = self._ended(prepared)
        flush_streams()
        return Passed(prepared.marks, recorder, raised)

    def tried(self, tree: ast.Module) -> Passed | None:
        """The cell, written so, run in silence; None when that is dear. Outside of `aside`."""
        prepared = attempt(lambda: self.prepared(tree), self.notebook.module)
        if isinstance(prepared, Raised):
            return None
        with aside(self.notebook):
            _, cost = self.forecast(prepared)
        if not cost.cheap:
            return None
        with aside(self.notebook), silence():
            return self.run(prepared, SILENT_S)

    def _offer(self, prepared: Prepared, recorder: Recorder, room: int) -> None:
        names = self.notebook.names
        used = {mark.code for mark in prepared.marks if mark.leaf}
        names.update(copied(names, used, self.notebook.module, room))
        names.update(prepared.bare)
        names.update({RECORD: recorder.record, INPUT: recorder.input})

    def _ended(self, prepared: Prepared) -> Raised | None:
        def action() -> None:
            with jail_loops():
                run_tree(self.notebook, prepared.instrumented.tree, self.cell.filename)

        with undisturbed():  # another pass may follow
            outcome = attempt(action, self.notebook.module)
        return outcome if isinstance(outcome, Raised) else None
