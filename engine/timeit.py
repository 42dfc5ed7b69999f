"""How long a cell of the session takes, or which of two is faster: the job of /timeit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from time import perf_counter
from typing import Final

from engine.cell import explanation_of, failure_of, look, offer_magics, read_tree
from engine.notebook.changes import Marks, changed, marks_of
from engine.notebook.event_loop import jail_loops
from engine.notebook.failure import find_place, is_out_of_memory, passed_places
from engine.notebook.figures import take_figures
from engine.notebook.interpreter import Raised, attempt, flush_streams, undisturbed
from engine.notebook.likeness import alike
from engine.notebook.source import read_cell
from engine.notebook.state import Notebook, beside, notebook_of
from engine.notebook.stopwatch import BUDGET_S
from engine.notebook.timed_cell import TimedCell, silently, timed_cell, without_magic
from engine.records import Answer, Call, Timing, TimingReport, to_data
from engine.timing import in_turns

CELLS_MAX: Final = 2
CHANGED_MAX: Final = 5  # names that are told
_LOCAL = re.compile(r"local variable '(\w+)'")
_WHICH = ("note.timeit_first", "note.timeit_second")

Called = tuple[float, object]  # seconds of the first call, and the last value


def measure(call: Call) -> Answer:
    """Time `call.data["cells"]`, one or two, in the session; returns a `TimingReport`.

    As under Jupyter's %%timeit a cell is the body of a function whose globals are the session's
    names: what it assigns is not kept, what it changes in place stays changed. The first call of
    each is timed alone and shows what it prints; later calls print into nothing, so that a loop
    does not flood the chat, while the time of printing still counts. An exception is reported as
    `cell.evaluate` reports it.

    >>> call = Call({"cells": ["sum(range(100))"]}, (), {}, lambda event: None)
    >>> len(measure(call).data["timings"])
    1
    """
    with undisturbed():
        notebook = notebook_of(call.session)
        offer_magics(notebook)
        return _Stand(notebook, call.data["cells"][:CELLS_MAX]).answer()


class _Stand:
    """Where cells are timed, beside the session: its cells are as many as before."""

    def __init__(self, notebook: Notebook, sources: Sequence[str]) -> None:
        self._earlier = notebook.number
        self._sources = sources
        self._notebook = beside(notebook, sources[0])

    def answer(self) -> Answer:
        cells = self._read()
        outcome = cells if cells is None or isinstance(cells, Raised) else self._watched(cells)
        take_figures()
        if isinstance(outcome, Raised):
            return self._failed(outcome.error)
        report = TimingReport(tuple(outcome or ()), notes=tuple(self._notebook.notes))
        return Answer(to_data(report))

    def _read(self) -> list[TimedCell] | Raised | None:
        """The cells as code; None where running one would certainly never end, which is noted."""
        cells: list[TimedCell] = []
        for place in range(len(self._sources)):
            self._at(place)
            cell = attempt(self._newest)
            if cell is None:
                self._say_which(place)
                return None
            if isinstance(cell, Raised):
                return cell
            cells.append(cell)
        return cells

    def _at(self, place: int) -> None:
        """Let this cell be the newest one: lines of an error are counted from there."""
        self._notebook.inputs[self._earlier + 1 :] = self._sources[: place + 1]

    def _newest(self) -> TimedCell | None:
        notebook = self._notebook
        setup, source = without_magic(notebook.inputs[-1])
        cell = read_cell(source, notebook.number)
        notebook.cells[cell.filename] = cell
        tree = read_tree(notebook, cell)
        return None if tree is None else timed_cell(tree, setup, cell.filename, notebook)

    def _watched(self, cells: Sequence[TimedCell]) -> list[Timing] | Raised:
        """The timings; that runs have changed the session is noted."""
        names = self._notebook.names
        before = attempt(lambda: marks_of(names))
        with jail_loops():
            timings = self._timed(cells)
        if not isinstance(before, Raised):
            attempt(lambda: self._note_changes(before))
        return timings

    def _timed(self, cells: Sequence[TimedCell]) -> list[Timing] | Raised:
        start = perf_counter()
        called: list[Called] = []
        for cell in cells:
            first = look(cell.call, self._notebook)
            flush_streams()
            if isinstance(first, Raised):
                return first
            called.append(first)
        first_s = [seconds for seconds, _ in called]
        if len(cells) > 1 and sum(first_s) < BUDGET_S / 4:
            differ = look(lambda: silently(lambda: _differ(cells, called)), self._notebook)
            if differ is True:
                self._notebook.note("note.timeit_differ")
        called.clear()  # values may be large
        blocks, left_s = [cell.seconds for cell in cells], BUDGET_S - (perf_counter() - start)
        timings = look(lambda: silently(lambda: in_turns(blocks, first_s, left_s)), self._notebook)
        if isinstance(timings, Raised):
            self._note_repeated(timings.error)
        return timings

    def _note_repeated(self, error: BaseException) -> None:
        """The first calls passed; what stops later ones at the limit is no error of theirs."""
        if not _interrupted(error) and attempt(lambda: self._place(error)) is not None:
            self._notebook.note("note.timeit_repeated")

    def _note_changes(self, before: Marks) -> None:
        names = changed(before, marks_of(self._notebook.names))
        if names:
            shown = names[:CHANGED_MAX] + ["…"] * (len(names) > CHANGED_MAX)
            self._notebook.note("note.timeit_changed", names=shown)

    def _failed(self, error: BaseException) -> Answer:
        notebook = self._notebook
        place = attempt(lambda: self._place(error))
        self._at(place if isinstance(place, int) else len(self._sources) - 1)
        failure, explanation = failure_of(notebook, error), explanation_of(notebook, error)
        attempt(lambda: self._note_local(error))
        if isinstance(place, int):
            self._say_which(place)
        memory = attempt(lambda: is_out_of_memory(error), notebook.module) is True
        BaseException.with_traceback(error, None)  # its frames hold the cell's tensors
        report = TimingReport((), failure, tuple(notebook.notes), explanation)
        return Answer(to_data(report), raised=True, memory=memory)

    def _place(self, error: BaseException) -> int | None:
        """Which of the cells the exception came from."""
        cells = self._notebook.cells
        found = [*passed_places(error, cells), find_place(error, cells)]
        numbers = [each.cell.number - self._earlier - 1 for each in found if each]
        return next((number for number in numbers if number >= 0), None)

    def _say_which(self, place: int) -> None:
        if len(self._sources) > 1:
            self._notebook.note(_WHICH[place])

    def _note_local(self, error: BaseException) -> None:
        """A name of the session that the cell assigns to is the cell's own, and empty at first."""
        found = _LOCAL.search(str(error)) if type(error) is UnboundLocalError else None
        if found and found[1] in self._notebook.names:
            self._notebook.note("note.timeit_local", name=found[1])


def _differ(cells: Sequence[TimedCell], called: Sequence[Called]) -> bool:
    """Whether two cells come to different values, though each comes to its own twice."""
    one, other = (value for _, value in called)
    if alike(one, other) is not False:
        return False
    return all(alike(cell.call()[1], value) for cell, (_, value) in zip(cells, called, strict=True))


def _interrupted(error: BaseException) -> bool:
    # Not isinstance: that asks the exception, which may lie about its class.
    return issubclass(type(error), KeyboardInterrupt)
