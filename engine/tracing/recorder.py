"""What a traced cell tells while it runs: one look at the value of each marked expression."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import TypeVar

import torch

from engine.records import TraceStep
from engine.tracing.look import Look, look
from engine.tracing.mark import Mark

STEPS_SHOWN = 40
_CHANGES_SHOWN = 3  # of one expression whose shape changes from pass to pass
# By id: the class of a user's class may have an == of its own.
_BORING = {id(k) for k in (ModuleType, FunctionType, BuiltinFunctionType, type, str, type(None))}

T = TypeVar("T")


class Stopped(BaseException):
    """A pass that nobody waits for took too long; no `except Exception` of a cell's catches it."""


class Recorder:
    """Keeps shapes, never tensors; past `seconds` it stops the pass."""

    def __init__(
        self,
        marks: Sequence[Mark],
        seconds: float | None = None,
        on_record: Callable[[int], None] | None = None,
    ) -> None:
        self.marks = marks
        self.latest: dict[int, Look] = {}
        self.repeated = False  # a later pass is left out: it looks as the one before
        self.total = 0
        self.inputs: list[str] = []
        self._steps: deque[tuple[int, Look]] = deque(maxlen=STEPS_SHOWN)
        self._shown: dict[int, list[Look]] = {}
        self._leaves: dict[str, tuple[int, Look]] = {}  # as last shown, and by which mark
        self._until = None if seconds is None else perf_counter() + seconds
        self._on_record = on_record

    def record(self, number: int, value: T) -> T:
        """Note what the expression `number` came to, and hand the value on."""
        self.check()
        if id(type(value)) in _BORING:
            self.latest.pop(number, None)
            return value
        if self._on_record:
            self._on_record(number)
        mark = self.marks[number]
        seen = look(value, derived=any(child in self.latest for child in mark.children))
        if seen is None:
            self.latest.pop(number, None)
        else:
            self.latest[number] = seen
            self._show(number, mark, seen)
        return value

    def input(self, number: int, sizes: Sequence[int]) -> torch.Tensor:
        """The tensor that stands for a shape: numbers from [0, 1), of which few operations tire."""
        self.inputs += self.marks[number].names
        return self.record(number, torch.rand(sizes))

    def check(self) -> None:
        """Raise `Stopped` when the pass has had its time."""
        if self._until is not None and perf_counter() > self._until:
            raise Stopped

    def steps(self, failed: int | None = None) -> tuple[TraceStep, ...]:
        """The last steps in the order of evaluation, at the end the one that `failed`."""
        found = [_step(self.marks[number], seen) for number, seen in self._steps]
        if failed is not None:
            found.append(replace(_step(self.marks[failed], Look("")), failed=True))
        return tuple(found[-STEPS_SHOWN:])

    def _show(self, number: int, mark: Mark, seen: Look) -> None:
        shown = self._shown.setdefault(number, [])
        if mark.leaf and self._known(number, mark, seen):
            return
        same = bool(shown) and (shown[-1] == seen or (shown[-1].measured and seen.measured))
        if same or len(shown) >= _CHANGES_SHOWN:
            self.repeated = self.repeated or not mark.leaf
        else:
            shown.append(seen)
            self._steps.append((number, seen))
            self.total += 1
        for name in mark.names or ((mark.code,) if mark.leaf else ()):
            self._leaves[name] = (number, seen)

    def _known(self, number: int, mark: Mark, seen: Look) -> bool:
        """Whether the name has been shown with this shape already."""
        told, before = self._leaves.get(mark.code, (None, None))
        if before != seen:
            return False
        return not mark.last or bool(self._steps and self._steps[-1][0] == told)


def _step(mark: Mark, seen: Look) -> TraceStep:
    return TraceStep(mark.text, mark.depth, mark.span[0], seen.shape, seen.dtype, failed=False)
