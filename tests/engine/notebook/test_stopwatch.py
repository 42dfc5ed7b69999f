"""The budget of %timeit and the words for times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import length_hint

import pytest

from engine.notebook.stopwatch import BUDGET_S, TimeitOptions, format_time, read_options, timeit


@dataclass(slots=True)
class Work:
    """Code that takes `seconds` a loop, on a clock that nothing else moves."""

    seconds: float
    now: float = 0.0

    def clock(self) -> float:
        return self.now

    def inner(self, loops: Iterator[None], timer: object) -> float:
        taken = self.seconds * length_hint(loops)
        self.now += taken
        return taken


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        (1.4e-8, "14 ns ± 0 ns per loop (mean ± std. dev. of 7 runs, 10,000,000 loops each)"),
        (2e-3, "2 ms ± 0 ns per loop (mean ± std. dev. of 7 runs, 100 loops each)"),
        (0.5, "500 ms ± 0 ns per loop (mean ± std. dev. of 4 runs, 1 loop each)"),
        (4.0, "4 s ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"),
        (0.0, "0 ns ± 0 ns per loop (mean ± std. dev. of 7 runs, 1,000,000,000 loops each)"),
    ],
)
def test_slower_code_takes_fewer_runs(seconds: float, sentence: str) -> None:
    assert str(timeit((work := Work(seconds)).inner, TimeitOptions(), work.clock)) == sentence
    assert work.now <= max(BUDGET_S, seconds)


def test_loops_and_runs_are_those_asked_for() -> None:
    work = Work(0.25)
    options, code = read_options("-n 2 -r 3 -p 2 f(-1)")
    assert code == "f(-1)"
    assert str(timeit(work.inner, options, work.clock)).endswith("of 3 runs, 2 loops each)")
    assert work.now == 1.5


@pytest.mark.parametrize(
    ("line", "rest"),
    [("-o f()", "f()"), ("-v out f()", "f()"), ("-x", "-x"), ("-n", "-n"), ("-q", "")],
)
def test_options_end_where_the_code_begins(line: str, rest: str) -> None:
    assert read_options(line)[1] == rest


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 ns"),
        (1.5e-6, "1.5 μs"),
        (0.0123, "12.3 ms"),
        (1.0, "1 s"),
        (59.5, "59.5 s"),
        (125.0, "2min 5s"),
    ],
)
def test_times_are_written_as_jupyter_does(seconds: float, text: str) -> None:
    assert format_time(seconds) == text
