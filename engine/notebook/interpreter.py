"""Runs what reaches a user's code, and puts the interpreter back as it was.

A cell may replace builtins, close streams, empty `sys.modules` or lower the recursion limit;
the next line of ours, and the next cell, must not suffer from it.
"""

from __future__ import annotations

import builtins
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import ModuleType
from typing import IO, Any, TypeVar

T = TypeVar("T")

_BUILTINS = vars(builtins)
_SYS = vars(sys)
_MODULES = sys.modules
_loaded: dict[str, ModuleType] = {}  # what comes back should a cell empty `sys.modules`
_handle, _handler = signal.signal, signal.getsignal
_arm, _TIMER, _STRUCK, _DEFAULT = (
    signal.setitimer, signal.ITIMER_PROF, signal.SIGPROF, signal.SIG_DFL
)  # fmt: skip
_INTERRUPT, _RAISE, _IGNORE = signal.SIGINT, signal.default_int_handler, signal.SIG_IGN
_get_limit, _set_limit = sys.getrecursionlimit, sys.setrecursionlimit
_get_trace, _set_trace = sys.gettrace, sys.settrace
_get_profile, _set_profile = sys.getprofile, sys.setprofile


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception that left a user's code."""

    error: BaseException


def attempt(action: Callable[[], T], main: ModuleType | None = None) -> T | Raised:
    """What `action()` returns, or what it raised, be it `SystemExit` or `KeyboardInterrupt`.

    While it runs, `main` is the module `__main__` and an interrupt raises `KeyboardInterrupt`.
    Afterwards builtins, `sys`, trace functions and the signal handler are put back, and a timer
    is stopped; a recursion limit stays only if it was raised.

    >>> attempt(lambda: 1 + 1)
    2
    >>> attempt(lambda: 1 // 0)
    Raised(error=ZeroDivisionError('integer division or modulo by zero'))
    """
    limit, trace, profile = _get_limit(), _get_trace(), _get_profile()
    handler = _handler(_INTERRUPT)
    saved_builtins, saved_sys, saved_main = {**_BUILTINS}, {**_SYS}, _MODULES["__main__"]
    result: T | Raised
    try:
        try:
            _MODULES["__main__"] = main or saved_main
            _handle(_INTERRUPT, _RAISE)
            result = action()
        finally:
            _BUILTINS.update(saved_builtins)
            if _get_limit() < limit:
                _set_limit(limit)
            _restore_hooks(trace, profile)
            _handle(_INTERRUPT, handler)
    except BaseException as error:
        result = Raised(error)
    _disarm()
    # Again: an interrupt, or a user's trace function, may have broken off the clean-up above.
    _BUILTINS.update(saved_builtins)
    _restore_hooks(trace, profile)
    _handle(_INTERRUPT, handler)
    _SYS.update(saved_sys)
    _MODULES["__main__"] = saved_main
    return result


def _disarm() -> None:
    """A timer that a cell leaves behind would strike in code of ours, or in the next cell."""
    for _ in range(2):  # the first time its handler may be called once more
        with suppress(BaseException):
            _arm(_TIMER, 0.0)
            _handle(_STRUCK, _DEFAULT)


def remember_modules() -> None:
    """Keep what is loaded now. Once, before a fork: touching every module copies 13 MiB."""
    _loaded.update(_MODULES)


def _restore_hooks(trace: Any, profile: Any) -> None:
    if _get_trace() is not trace:
        _set_trace(trace)
    if _get_profile() is not profile:
        _set_profile(profile)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Around all attempts of a cell: late interrupts are dropped, unloaded modules come back."""
    handler = _handler(_INTERRUPT)
    _handle(_INTERRUPT, _IGNORE)
    _reopen_streams()
    try:
        yield
    finally:
        if len(_MODULES) < len(_loaded):
            _MODULES.update(_loaded)
        _handle(_INTERRUPT, handler)


def _reopen_streams() -> None:
    # An earlier cell may have closed the very objects: exit() does so to stdin.
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        stream = getattr(sys, name, None)
        if stream is None or stream.closed:
            setattr(sys, name, _stream(descriptor))


def _stream(descriptor: int) -> IO[str]:
    try:
        os.fstat(descriptor)
    except OSError:
        return io.StringIO()  # the descriptor itself is gone: nothing can be shown any more
    mode = "w" if descriptor else "r"
    return open(descriptor, mode, encoding="utf-8", errors="backslashreplace", closefd=False)


def flush_streams() -> None:
    """Hand on what was printed; a stream that a user closed has nothing to hand on."""
    for name in ("stdout", "stderr"):
        with suppress(Exception):
            getattr(sys, name).flush()
