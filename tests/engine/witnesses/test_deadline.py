"""Work that never ends is given up, and the process is as it was before."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator

import sympy

from engine.witnesses.deadline import within


def for_ever() -> int:
    while True:
        pass


def test_result_of_short_work_is_returned() -> None:
    assert within(5.0, lambda: "done") == "done"


def test_endless_work_is_given_up() -> None:
    assert within(0.02, for_ever) is None


def test_no_timer_and_no_handler_is_left() -> None:
    before = signal.getsignal(signal.SIGPROF)
    within(0.02, for_ever)
    within(5.0, lambda: 1)

    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGPROF) is before


def test_work_that_swallows_every_exception_is_interrupted_again() -> None:
    struck = []

    def stubborn() -> None:
        for _ in range(3):
            try:
                for_ever()
            except BaseException as error:
                struck.append(error)
        raise struck[-1]

    assert within(0.02, stubborn) is None
    assert len(struck) == 3


def test_an_exception_of_the_work_comes_out() -> None:
    def wrong() -> Iterator[int]:
        raise ZeroDivisionError

    try:
        within(5.0, wrong)
    except ZeroDivisionError:
        assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    else:
        raise AssertionError


def test_finaliser_that_is_struck_hides_nothing_else() -> None:
    class Slow:
        def __del__(self) -> None:
            for_ever()

    def leave() -> None:
        for _ in range(3):
            Slow()
        for_ever()

    hook = sys.unraisablehook
    assert within(0.02, leave) is None
    assert sys.unraisablehook is hook


def test_sympy_is_sound_after_it_was_left_in_the_middle() -> None:
    x, y, z = sympy.symbols("x y z")
    for _ in range(5):
        assert within(0.03, lambda: sympy.expand((x + y + z + 1) ** 200)) is None

    assert sympy.expand((x + y) ** 2) == x**2 + 2 * x * y + y**2
    assert sympy.factor(x**2 - y**2) == (x - y) * (x + y)
