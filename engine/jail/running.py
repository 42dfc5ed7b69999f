"""Runs one job in one jail under its limits and tells its outcomes apart."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.jail.process import JailProcess, peak_bytes
from engine.jail.wire import Message
from engine.records import Data, Event, Job, JobLimits, Malformed, Outcome, Result, from_data

POLL_S = 0.05
GRACE_S = 1.0  # between Ctrl-C and kill
WIRE_ROOM = 1 << 16  # for the framing around an answer
EVENTS_MAX = 1000
TOLD_BY_JAILS = ("started", "progress")  # "queued" is the pool's own
LOGGED = 4000  # characters of what a jail says of itself

log = logging.getLogger(__name__)

OnEvent = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Run:
    """A result, and whether the jail can take another job."""

    result: Result
    reusable: bool


async def run_job(
    jail: JailProcess,
    job: Job,
    limits: JobLimits,
    on_event: OnEvent,
    stop: asyncio.Event | None = None,
    *,
    grace: bool = False,
) -> Run:
    """Run `job`; with `grace` a limit interrupts it first, as Ctrl-C does, then kills.

    The jail is killed when the caller is cancelled or `on_event` raises.
    """
    output = jail.collect_output(limits.shown_bytes)
    started, cpu_before = time.monotonic(), jail.cpu_s()
    request = {"kind": job.kind, "data": job.data, "result_bytes": limits.result_bytes}
    jail.send(Message("job", request, job.blobs), limits.result_bytes + WIRE_ROOM)
    begun = asyncio.Event()
    answering = asyncio.ensure_future(_answer(jail, on_event, begun))
    watching = asyncio.ensure_future(_watch(jail, limits, stop))
    try:
        await asyncio.wait({answering, watching}, return_when=asyncio.FIRST_COMPLETED)
        limit = None if answering.done() else watching.result()
        if limit is not None and grace:
            await _interrupt(jail, answering, begun)
        usage = _usage(jail, started, cpu_before)
        reusable = await _settle(jail, answering)
    except BaseException:
        await jail.kill()
        raise
    finally:
        watching.cancel()
        answering.cancel()
    reply = answering.result() if answering.done() and not answering.cancelled() else None
    outcome, data, blobs = _read(jail, reply, limit)
    if reusable and outcome is Outcome.KILLED:  # what it sent is no answer
        await jail.kill()
        reusable = False
    result = Result(outcome, data, blobs, output.text(), output.total, *usage)
    return Run(result, reusable)


async def _interrupt(
    jail: JailProcess, answering: asyncio.Future[Message | None], begun: asyncio.Event
) -> None:
    # Not before it has begun: until then it ignores the signal, and would be killed for it.
    beginning = asyncio.ensure_future(begun.wait())
    waiting: set[asyncio.Future[Any]] = {answering, beginning}
    await asyncio.wait(waiting, timeout=GRACE_S, return_when=asyncio.FIRST_COMPLETED)
    beginning.cancel()
    jail.interrupt()
    await asyncio.wait({answering}, timeout=GRACE_S)


async def _answer(jail: JailProcess, on_event: OnEvent, begun: asyncio.Event) -> Message | None:
    """The final message; None when the jail left, or said what it must not.

    `begun` is set when the jail says that the job has begun.
    """
    try:
        for _ in range(EVENTS_MAX + 1):
            message = await jail.receive()
            if message is None or message.type != "event":
                return message
            event = _told(message)
            if event.kind == "started":
                begun.set()
            on_event(event)
        raise Malformed(f"more than {EVENTS_MAX} events")
    except Malformed as error:
        log.warning("a jail broke the protocol: %s", str(error)[:LOGGED])
    return None


def _told(message: Message) -> Event:
    event = from_data(Event, message.data)
    if event.kind not in TOLD_BY_JAILS:
        raise Malformed(f"an event of kind {event.kind}")
    return event


async def _watch(jail: JailProcess, limits: JobLimits, stop: asyncio.Event | None) -> Outcome:
    cpu_end, wall_end = jail.cpu_s() + limits.cpu_s, time.monotonic() + limits.wall_s
    while True:
        if stop is not None and stop.is_set():
            return Outcome.CANCELLED
        if jail.output.total > limits.output_bytes:
            return Outcome.OUTPUT
        left = min(cpu_end - jail.cpu_s(), wall_end - time.monotonic())
        if left <= 0:
            return Outcome.TIMEOUT
        await asyncio.sleep(min(left, POLL_S))


def _usage(jail: JailProcess, started: float, cpu_before: float) -> tuple[float, float, int]:
    wall_s = time.monotonic() - started
    cpu_s = max(0.0, jail.cpu_s() - cpu_before)
    return wall_s, cpu_s, max(0, peak_bytes(jail.pid) - jail.base_bytes)


async def _settle(jail: JailProcess, answering: asyncio.Future[Message | None]) -> bool:
    """End a jail that is not fit for another job; True when it is."""
    answered = answering.done() and answering.result() is not None
    if answered and jail.finish():
        return True
    await jail.kill()
    return False


def _read(
    jail: JailProcess, reply: Message | None, limit: Outcome | None
) -> tuple[Outcome, Data, tuple[bytes, ...]]:
    if reply is None:
        return limit or _why_it_ended(jail), {}, ()
    match reply.type, reply.data:
        case "answer", {"answer": dict(data), "raised": bool(raised), "memory": bool(memory)}:
            outcome = Outcome.RAISED if raised else Outcome.OK
            return limit or (Outcome.MEMORY if memory else outcome), data, reply.blobs
        case "too_large", _:
            return limit or Outcome.OUTPUT, {}, ()
        case "fault", {"traceback": str(text)}:
            log.error("an engine function failed:\n%s", text[-LOGGED:])
            return limit or Outcome.FAULT, {}, ()
    log.warning("a jail sent %r, which is no answer", reply.type[:LOGGED])
    return limit or Outcome.KILLED, {}, ()


def _why_it_ended(jail: JailProcess) -> Outcome:
    if jail.orphaned:
        return Outcome.FAULT
    if jail.status is not None and os.WIFSIGNALED(jail.status):
        return Outcome.REFUSED if os.WTERMSIG(jail.status) == signal.SIGSYS else Outcome.KILLED
    return Outcome.KILLED
