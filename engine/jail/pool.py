"""The pool: the only way from the bot into a jail.

A zygote, desks and sessions that are kept, jails for one job; a fair queue before them.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
from collections import deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from engine.errors import CannotConfine
from engine.jail.gpu import Gpu
from engine.jail.limits import KEPT, PLACES, Layer, Place, PoolSettings
from engine.jail.process import JailProcess
from engine.jail.queue import FairQueue, QueueFull
from engine.jail.running import OnEvent, Run, run_job
from engine.jail.sessions import Sessions
from engine.jail.spares import Spares
from engine.jail.supervisor import START_MOST_S, Closed, Supervisor
from engine.records import Event, Job, Outcome, Result

SWEEP_S = 5.0
REMEMBERED = (Outcome.OK, Outcome.RAISED)


@dataclass(slots=True)
class _Desk:
    jail: JailProcess
    jobs: int = 0


class Pool:
    """Runs jobs in jails: `async with Pool(settings) as pool: await pool.run(job)`.

    `private` are paths that no jail may be able to read. `without` names layers to leave
    out; the self-test then refuses to go on, as tests prove. `unsafe` confines nothing and
    tests nothing: for a developer alone. `gpu` is "cuda" where /root may use the GPU of this
    host, if it has one; tests say "cpu".
    """

    def __init__(
        self,
        settings: PoolSettings,
        *,
        private: Sequence[Path] = (),
        without: frozenset[str] = frozenset(),
        unsafe: bool = False,
        gpu: str | None = None,
    ) -> None:
        self.settings = settings
        layers = frozenset(Layer) if unsafe else without
        self._supervisor = Supervisor(private, layers, tested=not unsafe)
        self._sessions = Sessions(settings)
        self._gpu = Gpu(gpu)
        self._desks: list[_Desk] = []
        bounds = (settings.workers, settings.queue_max, settings.queue_per_owner)
        # Desks answer in milliseconds: they do not wait behind students' long cells.
        student_turns = FairQueue(*bounds)
        self._turns = {
            Place.DESK: FairQueue(*bounds),
            Place.STUDENT: student_turns,
            Place.SESSION: student_turns,
            Place.GPU: FairQueue(1, settings.queue_max, settings.queue_per_owner),
        }
        self._spares = Spares(self._fork_session)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        _raise_descriptor_limit()
        self._supervisor.start()
        self._gpu.start()
        self._tasks = [
            asyncio.create_task(self._sweep()),
            asyncio.create_task(self._keep_spares()),
        ]
        return self

    async def __aexit__(self, *error: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(self._supervisor.stop(), self._gpu.stop())

    @property
    def ready(self) -> bool:
        """Whether a job would begin at once."""
        return self._supervisor.zygote_pid is not None

    @property
    def refusal(self) -> str | None:
        """Why no user code is run on this host, None when it may be."""
        return self._supervisor.refusal

    @property
    def zygote_pid(self) -> int | None:
        """The zygote's process id, None while there is none."""
        return self._supervisor.zygote_pid

    @property
    def gpu(self) -> str | None:
        """What the GPU is called that answers jobs of `Place.GPU`, None while none does."""
        return self._gpu.name

    async def wait_ready(self) -> None:
        """Return when jobs can run. Raises `CannotConfine` when none ever will."""
        await self._supervisor.wait_ready()

    async def run(
        self, job: Job, on_event: OnEvent | None = None, stop: asyncio.Event | None = None
    ) -> Result:
        """Run one job; setting `stop` ends it with outcome CANCELLED.

        Raises `CannotConfine` when this host runs no user code.
        """
        tell = on_event or (lambda event: None)
        place = PLACES[job.kind]
        turns = self._turns[place]
        try:
            # Two tasks to wait with `stop` cost more than some jobs: not where none waits.
            at_once = self._warm(place) and turns.take(job.owner)
            if not at_once and not await _unless(stop, self._may_begin(place, job.owner, tell)):
                return Result(Outcome.CANCELLED)
            try:
                return self._told_apart(await self._run_in_place(job, tell, stop))
            finally:
                turns.release(job.owner)
        except QueueFull as full:
            return Result(Outcome.BUSY, {"ahead": full.ahead})
        except TimeoutError:  # no zygote comes to life: ours, and logged by the supervisor
            return Result(Outcome.FAULT)
        except Closed:
            return Result(Outcome.STOPPED)

    async def reset(self, owner: str) -> None:
        """Drop the owner's session and forget its cells."""
        await self._sessions.reset(owner)

    async def replay(
        self, owner: str, on_event: OnEvent | None = None, stop: asyncio.Event | None = None
    ) -> list[Result]:
        """Run the remembered cells again, in order, in a new session.

        When `stop` is set the rest is not run, but still remembered.
        """
        jobs = deque(await self._sessions.reset(owner))
        results = []
        try:
            while jobs and not (stop and stop.is_set()):
                results.append(await self.run(jobs.popleft(), on_event, stop))
        finally:
            self._sessions.remember(owner, jobs)
        return results

    def cells(self, owner: str) -> int:
        """How many cells `replay` would run."""
        return len(self._sessions.remembered(owner))

    def _warm(self, place: Place) -> bool:
        return self._gpu.settled if place is Place.GPU else self.ready

    async def _may_begin(self, place: Place, owner: str, tell: OnEvent) -> None:
        if not self._warm(place):
            if not self._supervisor.closed:
                tell(Event("warming"))
            async with asyncio.timeout(START_MOST_S):
                await (self._gpu.wait_settled() if place is Place.GPU else self.wait_ready())
        await self._turns[place].acquire(
            owner, lambda ahead: tell(Event("queued", {"ahead": ahead}))
        )

    def _told_apart(self, result: Result) -> Result:
        """A jail that ended because the pool is being closed is no fault."""
        closing = self._supervisor.closed and result.outcome is Outcome.FAULT
        return replace(result, outcome=Outcome.STOPPED) if closing else result

    async def _run_in_place(self, job: Job, tell: OnEvent, stop: asyncio.Event | None) -> Result:
        match PLACES[job.kind]:
            case Place.SESSION:
                return await self._run_in_session(job, tell, stop)
            case Place.DESK:
                return await self._run_at_desk(job, tell, stop)
            case Place.STUDENT:
                return await self._run_once(job, tell, stop)
            case Place.GPU:
                return await self._gpu.run(job, tell, stop)

    async def _run_in_session(self, job: Job, tell: OnEvent, stop: asyncio.Event | None) -> Result:
        session, jail, start = await self._sessions.begin(job.owner, self._spares.take)
        run = Run(Result(Outcome.FAULT), reusable=False)
        try:
            run = await self._run_in(jail, job, tell, stop, grace=True)
        finally:
            kept = job.kind in KEPT and run.result.outcome in REMEMBERED
            await self._sessions.end(
                job.owner, session, reusable=run.reusable, job=job if kept else None
            )
        return replace(run.result, session=start, session_alive=run.reusable)

    async def _run_at_desk(self, job: Job, tell: OnEvent, stop: asyncio.Event | None) -> Result:
        desk = await self._take_desk()
        run = await self._run_in(desk.jail, job, tell, stop)
        desk.jobs += 1
        healthy = run.reusable and run.result.outcome is Outcome.OK
        if healthy and desk.jobs < self.settings.desk_jobs:
            self._desks.append(desk)
        else:
            await desk.jail.kill()
        return run.result

    async def _run_once(self, job: Job, tell: OnEvent, stop: asyncio.Event | None) -> Result:
        limits = job.limits or self.settings.job
        jail = await self._supervisor.jail(limits.memory_bytes)
        run = await self._run_in(jail, job, tell, stop)
        await jail.kill()
        return run.result

    async def _run_in(
        self,
        jail: JailProcess,
        job: Job,
        tell: OnEvent,
        stop: asyncio.Event | None,
        *,
        grace: bool = False,
    ) -> Run:
        limits = job.limits or self.settings.job
        return await run_job(jail, job, limits, tell, stop, grace=grace)

    async def _take_desk(self) -> _Desk:
        while self._desks:
            desk = self._desks.pop()
            if desk.jail.fit:
                return desk
            await desk.jail.kill()
        return _Desk(await self._supervisor.jail(self.settings.memory_bytes))

    async def _fork_session(self) -> JailProcess:
        return await self._supervisor.jail(self.settings.session_limit_bytes)

    async def _keep_spares(self) -> None:
        with contextlib.suppress(CannotConfine):
            await self._spares.run()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            await self._sessions.sweep()


async def _unless(stop: asyncio.Event | None, waiting: Coroutine[Any, Any, None]) -> bool:
    """Wait, or give up when `stop` is set first: then False."""
    task = asyncio.ensure_future(waiting)
    stopped = asyncio.ensure_future((stop or asyncio.Event()).wait())
    both: set[asyncio.Future[Any]] = {task, stopped}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
    if task.cancelled():
        return False
    task.result()
    return True


def _raise_descriptor_limit() -> None:
    # A session takes three descriptors; the usual soft limit of 1,024 is for old `select`.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
