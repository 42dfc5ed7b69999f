"""Keeps one tested zygote alive, or says why this host may run no user code."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from engine.errors import CannotConfine
from engine.jail.keeper import PROJECT, Keeper, ZygoteDied
from engine.jail.process import JailProcess
from engine.jail.readable import exposed
from engine.jail.selftest import check_jail

START_MOST_S = 60.0  # nobody waits longer than this for a zygote to be warm
LONGEST_WAIT_S = 30.0  # before a zygote that keeps dying is started again
STEADY_S = 60.0  # one that lived this long did not die of its start
TEST_MEMORY = 256 << 20

log = logging.getLogger(__name__)


class Closed(Exception):
    """The supervisor has been stopped; there will be no more jails."""


class Supervisor:
    """Starts a zygote, tests that it confines, starts it anew when it dies.

    `private` are paths that no jail may be able to read, the project itself always among
    them. With `tested` false nothing is checked.
    """

    def __init__(
        self, private: Sequence[Path], without: frozenset[str], *, tested: bool = True
    ) -> None:
        self.refusal: str | None = None
        self.closed = False
        self._private = [PROJECT, *(path.resolve() for path in private)]
        self._without = without
        self._tested = tested
        self._keeper: Keeper | None = None
        self._settled = asyncio.Event()  # ready, refused for good, or closed
        self._task: asyncio.Task[None] | None = None

    @property
    def zygote_pid(self) -> int | None:
        """The zygote's process id, None while there is none that is ready."""
        return self._keeper.pid if self._keeper else None

    def start(self) -> None:
        """Begin in the background."""
        self._task = asyncio.create_task(self._keep_one_alive())

    async def stop(self) -> None:
        """End the zygote and every jail."""
        self.closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._settled.set()

    async def wait_ready(self) -> None:
        """Return when jails can be had.

        Raises `CannotConfine` when none ever will, and `Closed` after `stop`.
        """
        await self._settled.wait()
        if self.closed:
            raise Closed
        if self.refusal is not None:
            raise CannotConfine(self.refusal)

    async def jail(self, memory_bytes: int) -> JailProcess:
        """A fresh jail, from the next zygote when this one is just dying.

        Raises as `wait_ready` does, and TimeoutError when none comes to life within
        `START_MOST_S`.
        """
        async with asyncio.timeout(START_MOST_S):
            while True:
                await self.wait_ready()
                assert self._keeper is not None
                try:
                    return await self._keeper.jail(memory_bytes)
                except ZygoteDied:
                    self._settled.clear()

    async def _keep_one_alive(self) -> None:
        wait_s = 0.0
        while self.refusal is None:
            started = time.monotonic()
            await self._live_once()
            if time.monotonic() - started > STEADY_S:
                wait_s = 0.0
            await asyncio.sleep(wait_s)
            wait_s = min(LONGEST_WAIT_S, 2 * wait_s + 0.5)

    async def _live_once(self) -> None:
        keeper = Keeper(self._without)
        try:
            await keeper.start()
            await self._admit(keeper)
            self._keeper = keeper
            self._settled.set()
            await keeper.dead.wait()
            log.error("the zygote died; starting another")
        except ZygoteDied:
            log.error("the zygote died while it was starting")
        except OSError as error:  # no room for a process, a killed self-test: it may pass
            log.error("the zygote cannot be started: %s", error)
        except CannotConfine as error:
            self.refusal = str(error)
            log.critical("no user code will be run: %s", error)
        finally:
            self._keeper = None
            self._settled.clear()
            await keeper.stop()
            if self.refusal is not None:
                self._settled.set()

    async def _admit(self, keeper: Keeper) -> None:
        if not self._tested:
            return
        if bare := exposed(self._private, keeper.readable):
            raise CannotConfine(f"{bare[0]} lies where jails may read; move it elsewhere")
        with tempfile.TemporaryDirectory(prefix="tutor-planted-") as folder:
            planted = Path(folder, "reference.py")
            planted.write_text("answer = 42\n")
            weakness = await check_jail(await keeper.jail(TEST_MEMORY), planted, os.getpid())
        if weakness is not None:
            raise CannotConfine(f"the self-test of the jail failed: {weakness}")
