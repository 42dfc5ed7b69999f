"""Students' sessions: which jail holds whose names, which go first, and how to get one back."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from engine.jail.limits import PoolSettings
from engine.jail.process import JailProcess, private_bytes
from engine.records import Job, SessionStart

REMEMBERED_JOBS = 300
REMEMBERED_CHARACTERS = 1 << 20
FORGET_AFTER_S = 24 * 3600.0
SPINNING_S = 0.2  # CPU that a session may use while nobody asked it anything


@dataclass(slots=True)
class Session:
    """One owner's session; without a jail it waits to be begun again, `start` says why."""

    start: SessionStart = SessionStart.NEW
    jail: JailProcess | None = None
    jobs: deque[Job] = field(default_factory=deque)  # to get its names back, if it is lost
    sizes: deque[int] = field(default_factory=deque)  # of the jobs, in characters
    used_at: float = field(default_factory=time.monotonic)
    own_bytes: int = 0
    measured: bool = True  # own_bytes is from after its last job
    cpu_s: float = 0.0
    busy: bool = False

    def remember(self, job: Job) -> None:
        """Keep the job for a replay; past the bounds the oldest are forgotten."""
        self.jobs.append(job)
        self.sizes.append(len(str(job.data)))
        while len(self.jobs) > REMEMBERED_JOBS or sum(self.sizes) > REMEMBERED_CHARACTERS:
            self.jobs.popleft()
            self.sizes.popleft()

    async def lose(self, why: SessionStart) -> None:
        """End its jail; the next job begins a new one and is told why."""
        jail, self.jail = self.jail, None
        self.start, self.own_bytes = why, 0
        if jail is not None:
            await jail.kill()


class Sessions:
    """All sessions, within one memory budget: the one idle for longest goes first."""

    def __init__(self, settings: PoolSettings) -> None:
        self._settings = settings
        self._by_owner: dict[str, Session] = {}

    def remembered(self, owner: str) -> list[Job]:
        """The jobs whose effects the owner's session holds, or held when it was lost."""
        session = self._by_owner.get(owner)
        return list(session.jobs) if session else []

    def remember(self, owner: str, jobs: Iterable[Job]) -> None:
        """Remember jobs whose effects the session has still to get."""
        session = self._by_owner.setdefault(owner, Session())
        for job in jobs:
            session.remember(job)

    def memory(self) -> int:
        """Bytes that all sessions keep to themselves."""
        return sum(session.own_bytes for session in self._by_owner.values())

    async def begin(
        self, owner: str, fork: Callable[[], Awaitable[JailProcess]]
    ) -> tuple[Session, JailProcess, SessionStart]:
        """The owner's session, its jail, and what it found: kept, new, or why it is new."""
        session = self._by_owner.setdefault(owner, Session())
        session.busy = True
        start = SessionStart.KEPT
        try:
            if session.jail is not None and not session.jail.fit:
                await session.lose(SessionStart.LOST_DIED)
            if session.jail is None:
                start = session.start
                session.jail = await fork()
        except BaseException:
            session.busy = False
            raise
        return session, session.jail, start

    async def end(self, owner: str, session: Session, *, reusable: bool, job: Job | None) -> None:
        """A job is over; `job` is remembered when the session holds its effects."""
        session.busy = False
        session.used_at = time.monotonic()
        jail = session.jail
        forgotten = self._by_owner.get(owner) is not session  # reset while the job ran
        if forgotten or not reusable or jail is None:
            await session.lose(SessionStart.LOST_DIED)
            return
        if job is not None:
            session.remember(job)
        session.cpu_s = jail.cpu_s()
        session.measured = False

    async def reset(self, owner: str) -> list[Job]:
        """Forget a session; the jobs it remembered."""
        session = self._by_owner.pop(owner, None)
        if session is None:
            return []
        await session.lose(SessionStart.NEW)
        return list(session.jobs)

    async def sweep(self) -> None:
        """Let go what is idle for too long, died, works unasked, or is over the budget."""
        now = time.monotonic()
        for owner, session in list(self._by_owner.items()):
            idle_s = now - session.used_at
            if session.busy:
                continue
            if session.jail is None:
                if idle_s > FORGET_AFTER_S:
                    del self._by_owner[owner]
            elif idle_s > self._settings.session_idle_s:
                await session.lose(SessionStart.LOST_IDLE)
            elif self._spins(session, session.jail):
                await session.lose(SessionStart.LOST_DIED)
        await self._measure()
        await self._shrink()

    async def close(self) -> None:
        """End every session."""
        await asyncio.gather(*(self.reset(owner) for owner in list(self._by_owner)))

    def _spins(self, session: Session, jail: JailProcess) -> bool:
        return not jail.fit or jail.cpu_s() - session.cpu_s > SPINNING_S

    async def _measure(self) -> None:
        # Here and not after each cell: the kernel walks all pages, which takes milliseconds.
        for session in list(self._by_owner.values()):
            if session.jail is not None and not session.measured and not session.busy:
                session.measured = True
                session.own_bytes = await asyncio.to_thread(private_bytes, session.jail.pid)

    async def _shrink(self) -> None:
        while (victim := self._longest_idle()) is not None and self._over_budget():
            await victim.lose(SessionStart.LOST_BUDGET)

    def _over_budget(self) -> bool:
        alive = sum(session.jail is not None for session in self._by_owner.values())
        room = self._settings.idle_sessions_bytes
        return alive > self._settings.sessions_max or self.memory() > room

    def _longest_idle(self) -> Session | None:
        idle = [s for s in self._by_owner.values() if s.jail is not None and not s.busy]
        return min(idle, key=lambda session: session.used_at, default=None)
