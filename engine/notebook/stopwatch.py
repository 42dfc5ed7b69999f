"""`%timeit` and `%time`: how long code takes, told as Jupyter tells it."""

from __future__ import annotations

import ast
import gc
import itertools
import math
import re
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter
from types import CodeType
from typing import Any

BUDGET_S = 2.5  # all runs of one %timeit; the limit of a cell is 8 s
_LEAST_RUN_S = 0.03  # tenfold more at most, seven runs of it still fit the budget
_RUNS = 7
_OPTION = re.compile(r"\s*-(?:([nrp])\s*(\d+)|([tcqo])|v\s*\w+)(?=\s|$)")

Clock = Callable[[], float]
Inner = Callable[[Iterator[None], Clock], float]


@dataclass(frozen=True, slots=True)
class TimeitOptions:
    """What was asked of `%timeit`: loops (0: choose), runs, digits, silence, a value."""

    loops: int = 0
    runs: int = _RUNS
    digits: int = 3
    quiet: bool = False
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """What `%timeit -o` returns: seconds per loop of every run."""

    timings: list[float]
    loops: int
    digits: int

    @property
    def repeat(self) -> int:
        return len(self.timings)

    @property
    def average(self) -> float:
        return math.fsum(self.timings) / len(self.timings)

    @property
    def stdev(self) -> float:
        mean = self.average
        return math.sqrt(math.fsum((time - mean) ** 2 for time in self.timings) / self.repeat)

    @property
    def best(self) -> float:
        return min(self.timings)

    @property
    def worst(self) -> float:
        return max(self.timings)

    def __str__(self) -> str:
        return (
            f"{format_time(self.average, self.digits)} ± {format_time(self.stdev, self.digits)} "
            f"per loop (mean ± std. dev. of {self.repeat} run{_s(self.repeat)}, "
            f"{self.loops:,} loop{_s(self.loops)} each)"
        )

    def __repr__(self) -> str:
        return f"<TimeitResult : {self}>"


def read_options(line: str) -> tuple[TimeitOptions, str]:
    """The options at the start of a `%timeit` line, and the code behind them.

    >>> read_options("-n 10 -r3 f(-n)")
    (TimeitOptions(loops=10, runs=3, digits=3, quiet=False, returned=False), 'f(-n)')
    """
    found: dict[str, int] = {}
    while match := _OPTION.match(line):
        found[match[1] or match[3] or "v"] = int(match[2] or 1)
        line = line[match.end() :]
    options = TimeitOptions(
        found.get("n", 0),
        max(1, found.get("r", _RUNS)),
        max(1, found.get("p", 3)),
        "q" in found,
        "o" in found,
    )
    return options, line.strip()


def timing_code(setup: ast.Module, body: ast.Module, filename: str, flags: int) -> CodeType:
    """Code that defines `inner(_it, _timer)`, which runs `body` once for each item of `_it`."""
    module = ast.parse(
        "def inner(_it, _timer):\n    _t0 = _timer()\n    for _i in _it: pass\n"
        "    return _timer() - _t0"
    )
    for node in ast.walk(module):  # an interrupt between two loops is told at the user's line
        if hasattr(node, "lineno"):
            ast.copy_location(node, body.body[0] if body.body else node)
    function = module.body[0]
    assert isinstance(function, ast.FunctionDef)
    loop = function.body[1]
    assert isinstance(loop, ast.For)
    loop.body = body.body or loop.body
    function.body[:0] = setup.body
    code: CodeType = compile(module, filename, "exec", flags, dont_inherit=True)
    return code


def timeit(inner: Inner, options: TimeitOptions, clock: Clock = perf_counter) -> Timing:
    """Run as often as the budget allows; the timing's text is Jupyter's sentence."""
    start = clock()
    loops, last = (options.loops, 0.0) if options.loops else _choose_loops(inner, clock)
    runs: list[float] = []
    while len(runs) < options.runs:
        if (runs or last) and clock() - start + last > BUDGET_S:
            break
        last = measure(inner, loops, clock)
        runs.append(last)
    return Timing([run / loops for run in runs or [last]], loops, options.digits)


def _choose_loops(inner: Inner, clock: Clock) -> tuple[int, float]:
    for power in range(10):
        taken = measure(inner, 10**power, clock)
        if taken >= _LEAST_RUN_S:
            break
    return 10**power, taken


def measure(inner: Inner, loops: int, clock: Clock = perf_counter) -> float:
    """Seconds of so many loops while the garbage collector sleeps, as in timeit."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return inner(itertools.repeat(None, loops), clock)
    finally:
        if collecting:
            gc.enable()


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def format_time(seconds: float, digits: int = 3) -> str:
    """Seconds as Jupyter writes them.

    >>> format_time(1.42e-08), format_time(0.5), format_time(75.0)
    ('14.2 ns', '500 ms', '1min 15s')
    """
    if seconds >= 60:
        minutes, rest = divmod(int(seconds), 60)
        return f"{minutes}min {rest}s"
    power = min(-(math.floor(math.log10(seconds)) // 3), 3) if seconds > 0 else 3
    power = max(power, 0)
    return f"{seconds * 1000**power:.{digits}g} {('s', 'ms', 'μs', 'ns')[power]}"


def time_once(action: Callable[[], Any]) -> Any:
    """Run `action`, print processor and wall time as `%time` does, return its value."""
    before, start = resource.getrusage(resource.RUSAGE_SELF), perf_counter()
    try:
        return action()
    finally:
        wall, after = perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
        user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
        sys.stdout.write(
            f"CPU times: user {format_time(user)}, sys: {format_time(system)}, "
            f"total: {format_time(user + system)}\nWall time: {format_time(wall)}\n"
        )
