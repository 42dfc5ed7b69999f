"""An event loop for a jail: asyncio's own wakes itself through sockets, which a jail has not."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_NAP_S = 0.2  # nothing else can wake the loop after a signal: it looks for itself this often


class _Selector(selectors.SelectSelector):
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(_NAP_S if timeout is None else min(timeout, _NAP_S))


class JailLoop(asyncio.SelectorEventLoop):
    """asyncio's selector loop without its self-pipe and without epoll."""

    _ssock: Any
    _csock: Any

    def __init__(self) -> None:
        super().__init__(_Selector())

    def _make_self_pipe(self) -> None:
        self._ssock = self._csock = None

    def _close_self_pipe(self) -> None:
        """There is nothing to close."""


class _Policy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return JailLoop()


@contextmanager
def jail_loops() -> Iterator[None]:
    """Within it `asyncio.run`, a user's own included, makes a `JailLoop`.

    >>> with jail_loops():
    ...     asyncio.run(asyncio.sleep(0, "done"))
    'done'
    """
    before = asyncio.get_event_loop_policy()
    asyncio.set_event_loop_policy(_Policy())
    try:
        yield
    finally:
        asyncio.set_event_loop_policy(before)
