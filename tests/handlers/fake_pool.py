"""A pool that answers what it is given; the handlers cannot tell it from the real one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from engine.errors import CannotConfine
from engine.records import (
    Call,
    CellReport,
    CodeLine,
    ErrorReport,
    Event,
    Failure,
    Job,
    Note,
    Outcome,
    Result,
    SessionStart,
    TensorFacts,
    to_data,
)
from engine.understanding import understand


def ok(value: str | None = None, **fields: Any) -> Result:
    """The result of a cell that ran to its end; other fields are the report's or the result's."""
    report = CellReport(value, fields.pop("tensor", None), None, fields.pop("notes", ()))
    kept = {"session": SessionStart.KEPT, "session_alive": True}
    return Result(Outcome.OK, to_data(report), **{**kept, **fields})


def raised(line: str, code: tuple[CodeLine, ...] = (), **fields: Any) -> Result:
    """The result of a cell that raised."""
    failure = Failure(line.partition(":")[0], line, code, fields.pop("cell", 0))
    notes: tuple[Note, ...] = fields.pop("notes", ())
    kept = {"outcome": Outcome.RAISED, "session": SessionStart.KEPT, "session_alive": True}
    return Result(data=to_data(CellReport(None, None, failure, notes)), **{**kept, **fields})


def eye(**fields: Any) -> TensorFacts:
    """What is told of torch.eye(2)."""
    facts = {
        "shape": (2, 2),
        "dtype": "torch.float32",
        "type": "torch.FloatTensor",
        "device": "cpu",
        "requires_grad": False,
        "grad_fn": None,
        "memory_bytes": 16,
    }
    return TensorFacts(**{**facts, **fields})


class FakePool:
    """Gives out `results` one by one; `gate` holds jobs back until it is set."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.replayed: list[Result] = []
        self.replays = 0
        self.events: list[Event] = []
        self.jobs: list[Job] = []
        self.mended: str | None = None
        self.explained = ErrorReport("", (), None)
        self.unexplained: Result | None = None
        self.remembered = 0
        self.gpu: str | None = None
        self.resets: list[str] = []
        self.refused = False
        self.broken: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.started = asyncio.Event()

    @property
    def sources(self) -> list[str]:
        """The cells that came, in order."""
        return [job.data["source"] for job in self.jobs if job.kind == "cell.evaluate"]

    async def run(
        self,
        job: Job,
        on_event: Callable[[Event], None] | None = None,
        stop: asyncio.Event | None = None,
    ) -> Result:
        if self.refused:
            raise CannotConfine("this kernel confines nothing")
        self.jobs.append(job)
        if job.kind == "talk.understand":
            return Result(Outcome.OK, understand(Call(job.data, (), {}, lambda event: None)).data)
        if job.kind == "pitfalls.explain":
            return self.unexplained or Result(Outcome.OK, to_data(self.explained))
        if job.kind == "spelling.mend":
            return Result(Outcome.OK, {"text": self.mended, "changed": True})
        for event in self.events:
            assert on_event is not None
            on_event(event)
        self.started.set()
        if self.broken:
            await self.gate.wait()
            raise self.broken
        return await self._finished(stop or asyncio.Event())

    async def _finished(self, stop: asyncio.Event) -> Result:
        waits = [asyncio.ensure_future(event.wait()) for event in (self.gate, stop)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if stop.is_set():
            return Result(Outcome.CANCELLED, session=SessionStart.KEPT, session_alive=True)
        return self.results.pop(0) if self.results else ok("42")

    async def reset(self, owner: str) -> None:
        self.resets.append(owner)

    async def replay(
        self,
        owner: str,
        on_event: Callable[[Event], None] | None = None,
        stop: asyncio.Event | None = None,
    ) -> list[Result]:
        if self.refused:
            raise CannotConfine("this kernel confines nothing")
        self.replays += 1
        return self.replayed

    def cells(self, owner: str) -> int:
        return self.remembered
