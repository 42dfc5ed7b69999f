"""Work of a library's that may never end, given up after some CPU time of its own.

Not for a user's code, which is metered and ended from outside: for sympy, which is Python all
the way down, so that it can be interrupted between any two of its steps.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import Any, Final, TypeVar

R = TypeVar("R")

AGAIN_S: Final = 0.05  # an interruption that something swallowed is followed by the next


class _Overrun(BaseException):
    """Time is up; no `except Exception` on the way keeps it."""


def within(cpu_s: float, work: Callable[[], R]) -> R | None:
    """What `work` returns, or None when that takes more than `cpu_s` of this process's CPU time.

    CPU time, so that a busy machine changes no answer. The work must stand being left at any
    point; only the main thread may ask, and only for one piece of work at a time.

    >>> within(1.0, lambda: 2 + 2)
    4
    >>> within(0.01, lambda: [n for n in iter(int, 1) if n]) is None
    True
    """
    running = True

    def strike(number: int, frame: object) -> None:
        if running:
            raise _Overrun

    before, shown = signal.signal(signal.SIGPROF, strike), sys.unraisablehook
    sys.unraisablehook = _without_overruns(shown)
    try:
        signal.setitimer(signal.ITIMER_PROF, cpu_s, AGAIN_S)
        return work()
    except _Overrun:
        return None
    finally:
        running = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        sys.unraisablehook = shown


def _without_overruns(shown: Callable[[Any], object]) -> Callable[[Any], object]:
    """A finaliser that was struck swallows it, as it must, and is not complained of."""
    return lambda raised: None if raised.exc_type is _Overrun else shown(raised)
