"""The interpreter after a user's code is what it was before."""

from __future__ import annotations

import builtins
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from engine.notebook.interpreter import (
    Raised,
    attempt,
    flush_streams,
    remember_modules,
    undisturbed,
)


@pytest.fixture
def limit() -> Iterator[int]:
    before = sys.getrecursionlimit()
    yield before
    sys.setrecursionlimit(before)


def test_builtins_and_streams_come_back() -> None:
    before = (builtins.len, sys.stdout, sys.exit)

    def spoil() -> None:
        for name in dir(builtins):
            setattr(builtins, name, None)
        vars(sys).update(stdout=None, exit=None)

    attempt(spoil)
    assert (builtins.len, sys.stdout, sys.exit) == before


def test_a_timer_that_is_left_behind_never_strikes() -> None:
    struck = []

    def arm() -> None:
        signal.signal(signal.SIGPROF, lambda *_: struck.append(1))
        signal.setitimer(signal.ITIMER_PROF, 0.02, 0.001)

    attempt(arm)
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    assert (signal.getsignal(signal.SIGPROF), struck) == (signal.SIG_DFL, [])


def test_a_timer_that_strikes_in_the_clean_up_changes_nothing() -> None:
    before = builtins.len

    def arm() -> None:
        def strike(*_: object) -> None:
            raise BaseException

        builtins.len = None  # type: ignore[assignment]
        signal.signal(signal.SIGPROF, strike)
        signal.setitimer(signal.ITIMER_PROF, 1e-6, 1e-6)

    for _ in range(200):
        attempt(arm)
        assert builtins.len is before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_unloaded_modules_come_back() -> None:
    remember_modules()
    with undisturbed():
        attempt(sys.modules.clear)
    assert sys.modules["sys"] is sys


def test_main_is_the_sessions_while_it_runs_and_not_later() -> None:
    before, main = sys.modules["__main__"], ModuleType("__main__")
    assert attempt(lambda: sys.modules["__main__"], main) is main
    assert sys.modules["__main__"] is before


def test_recursion_limit_may_be_raised_but_not_lowered(limit: int) -> None:
    attempt(lambda: sys.setrecursionlimit(100))
    assert sys.getrecursionlimit() == limit
    attempt(lambda: sys.setrecursionlimit(limit + 1000))
    assert sys.getrecursionlimit() == limit + 1000


@pytest.mark.parametrize("stop", [SystemExit, KeyboardInterrupt, GeneratorExit, BaseException])
def test_every_exception_is_a_value(stop: type[BaseException]) -> None:
    def leave() -> None:
        raise stop

    outcome = attempt(leave)
    assert isinstance(outcome, Raised)
    assert type(outcome.error) is stop


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_reaches_the_users_code_only() -> None:
    with undisturbed():
        interrupt()  # ours: dropped
        outcome = attempt(interrupt)
        interrupt()
    assert isinstance(outcome, Raised)
    assert type(outcome.error) is KeyboardInterrupt


def test_signal_handler_of_the_user_is_gone_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    with undisturbed():
        attempt(lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    assert signal.getsignal(signal.SIGINT) is before


def fail(*_: object) -> None:
    raise ValueError


def outcome_of_trace(setter: Callable[[Callable[..., None]], None]) -> object:
    attempt(lambda: setter(fail))
    return attempt(lambda: 5)


def test_trace_functions_do_not_follow_into_our_code() -> None:
    assert outcome_of_trace(sys.setprofile) == 5
    assert outcome_of_trace(sys.settrace) == 5


def test_closed_streams_are_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, closed)
    with undisturbed():
        assert not sys.stdout.closed
        assert sys.stdin.fileno() == 0
        flush_streams()


def test_a_closed_descriptor_swallows_output_and_nothing_more() -> None:
    program = (
        "import os, sys\nfrom engine.notebook.interpreter import *\n"
        "sys.stdout = None\nos.close(1)\n"
        "with undisturbed():\n    print('lost')\n    flush_streams()\nos._exit(7)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 7
