"""A cell as the body of a loop, as under `%%timeit`, and its first call."""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from types import CodeType
from typing import Any, Final, TypeVar

from engine.notebook.source import parse, transform
from engine.notebook.state import Notebook
from engine.notebook.stopwatch import Inner, measure, read_options, timing_code

T = TypeVar("T")

_MAGIC: Final = re.compile(r"\A\s*(%%?)timeit\b(.*)\n?")


@dataclass(frozen=True, slots=True)
class TimedCell:
    """A cell to be timed, and the same with its last value left on the clock."""

    inner: Inner
    keeping: Inner

    def seconds(self, loops: int) -> float:
        """How long so many calls in a row take; a nanosecond at least, as torch's Timer says."""
        return max(measure(self.inner, loops), 1e-9)

    def call(self) -> tuple[float, object]:
        """Seconds of one call, and its last value: None where it ends in no expression."""
        clock = _Keeper()
        return measure(self.keeping, 1, clock), clock.value


class _Keeper:
    value: object = None

    def __call__(self) -> float:
        return perf_counter()


def without_magic(source: str) -> tuple[str, str]:
    """The set-up and the body of a cell that may begin with `%timeit` or `%%timeit`.

    Lines keep their numbers; options are left out.

    >>> without_magic("%timeit -n 10 f(x)"), without_magic("%%timeit y = 1\\nf(y)")
    (('', 'f(x)'), ('y = 1', '\\nf(y)'))
    """
    found = _MAGIC.match(source)
    if found is None:
        return "", source
    _, line = read_options(found[2])
    rest = source[found.end() :]
    return (line, "\n" + rest) if found[1] == "%%" else ("", f"{line}\n{rest}" if rest else line)


def timed_cell(tree: ast.Module, setup: str, filename: str, notebook: Notebook) -> TimedCell:
    """The cell in the session's names; raises SyntaxError for what is no cell."""
    # `return` and `break` have no place in a cell, though they have one in a loop.
    compile(tree, filename, "exec", notebook.future, dont_inherit=True)
    before = parse(transform(setup), filename, notebook.future)

    def inner(body: ast.Module) -> Inner:
        made: dict[str, Any] = {}
        code: CodeType = timing_code(before, body, filename, notebook.future)
        exec(code, notebook.names, made)
        found: Inner = made["inner"]
        return found

    return TimedCell(inner(tree), inner(_keeping(tree)))


def _keeping(tree: ast.Module) -> ast.Module:
    """The cell with its last expression assigned to an attribute of the clock."""
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return tree
    clock = ast.Attribute(ast.Name("_timer", ast.Load()), "value", ast.Store())
    kept = ast.copy_location(ast.Assign([clock], last.value), last)
    return ast.Module([*tree.body[:-1], ast.fix_missing_locations(kept)], tree.type_ignores)


def silently(action: Callable[[], T]) -> T:
    """What `action()` returns while nothing that it prints is kept; `attempt` puts streams back."""
    sys.stdout = sys.stderr = io.TextIOWrapper(io.BufferedWriter(_Nothing()), "utf-8")
    return action()


class _Nothing(io.RawIOBase):
    """Where printing goes and costs what it costs."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        return len(data)
