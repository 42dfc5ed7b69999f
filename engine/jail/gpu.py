"""The bot's side of the GPU worker: started where CUDA is, asked one job at a time, kept alive."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from engine.jail.keeper import ONE_THREAD, PROJECT
from engine.jail.process import JailProcess
from engine.jail.running import OnEvent, run_job
from engine.jail.wire import Message
from engine.records import GpuReport, Job, JobLimits, Malformed, Outcome, Result, from_data

CUDA: Final = "cuda"
SIGNS: Final = (Path("/proc/driver/nvidia"), Path("/dev/nvidia0"))  # of a driver, of a card
START_S: Final = 120.0  # torch with CUDA from a slow disk, and the first context
LIMITS: Final = JobLimits(cpu_s=30.0, wall_s=30.0)
PAUSE_S: Final = 600.0  # before one that keeps dying is started again
HELLO_MAX: Final = 4096
SHOWN: Final = 4000  # characters of what it printed before it ended
# What tells CUDA's libraries where they are and which cards are ours.
PASSED: Final = (
    "LD_LIBRARY_PATH",
    "CUDA_VISIBLE_DEVICES",
    "CUDA_DEVICE_ORDER",
    "NVIDIA_VISIBLE_DEVICES",
    "NVIDIA_DRIVER_CAPABILITIES",
)
# Any other end of the worker is ours: no user's code runs in it.
NO_FAULT: Final = (Outcome.OK, Outcome.TIMEOUT, Outcome.CANCELLED)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Gpu:
    """The worker of one device, from `start` to `stop`; `device` None: there is none.

    One that dies is started again at once, and where that dies too before it has answered, after
    `PAUSE_S`. `module` is the program; a test names another.
    """

    device: str | None
    module: str = "engine.gpu.worker"
    name: str | None = None  # what the device is called, while the worker can take jobs
    _worker: JailProcess | None = None
    _refused: bool = False
    _deaths: int = 0  # since it last answered
    _task: asyncio.Task[None] | None = None
    _settled: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self) -> None:
        """Begin in the background; nothing where no device was named or CUDA is not here."""
        if self.device is None or (self.device == CUDA and not cuda_is_here()):
            self._settled.set()
            return
        self._task = asyncio.create_task(self._keep_one_alive(self.device))

    async def stop(self) -> None:
        """End the worker."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def pid(self) -> int | None:
        """The worker's process id, None while it can take no job."""
        return self._worker.pid if self._worker else None

    @property
    def settled(self) -> bool:
        """Whether it is known that a device answers, or that none does."""
        return self._settled.is_set()

    async def wait_settled(self) -> None:
        """Return when that is known."""
        await self._settled.wait()

    async def run(self, job: Job, tell: OnEvent, stop: asyncio.Event | None) -> Result:
        """The report on a task; FAULT, with `why` in its data, where there is no device.

        The caller sees to it that jobs come one at a time.
        """
        if self._worker is None:
            return Result(Outcome.FAULT, {"why": "no device"})
        worker = self._worker
        run = await run_job(worker, job, job.limits or LIMITS, tell, stop, grace=True)
        if run.result.outcome is Outcome.OK and not _is_report(run.result):
            log.error("the GPU worker sent what is no report")
            await worker.kill()
        elif run.result.outcome in NO_FAULT:
            self._deaths = 0 if run.reusable else self._deaths
            return run.result
        return replace(run.result, outcome=Outcome.FAULT, data={"why": run.result.outcome})

    async def _keep_one_alive(self, device: str) -> None:
        try:
            while True:
                await self._live_once(device)
                if self._refused:
                    return
                self._deaths += 1
                log.error("the GPU worker died", extra={"deaths": self._deaths})
                if self._deaths > 1:
                    self._settled.set()
                    await asyncio.sleep(PAUSE_S)
        finally:
            self._settled.set()

    async def _live_once(self, device: str) -> None:
        worker = None
        try:
            process, wire, output = self._spawn(device)
            worker = _watched(process, output)
            await worker.connect(wire)
            self.name = await self._greeted(worker)
            if self.name is not None:
                self._worker = worker
                self._settled.set()
                log.info("GPU ready", extra={"device": self.name})
                await worker.gone.wait()
        except OSError as error:  # no room for a process
            log.error("the GPU worker cannot be started: %s", error)
        finally:
            self.name = self._worker = None
            self._settled.clear()
            if worker is not None:
                await worker.kill()

    async def _greeted(self, worker: JailProcess) -> str | None:
        """What its device is called; None when it refuses, dies, or says anything else."""
        output = worker.collect_output(SHOWN)
        worker.send(Message("hello"), HELLO_MAX)
        try:
            async with asyncio.timeout(START_S):
                message = await worker.receive()
        except (TimeoutError, Malformed) as error:
            log.error("the GPU worker does not start: %r", error)
            return None
        match message:
            case Message("ready", {"device": str(name)}) if worker.finish():
                return name
            case Message("refused", {"why": str(why)}):
                self._refused = True
                log.warning("no GPU is used: %s", why[:SHOWN])
            case _:
                worker.drain()
                log.error("the GPU worker does not start:\n%s", output.text())
        return None

    def _spawn(self, device: str) -> tuple[subprocess.Popen[bytes], socket.socket, int]:
        wire, their_wire = socket.socketpair()
        output, their_output = os.pipe2(os.O_CLOEXEC)
        try:
            with their_wire:
                process = subprocess.Popen(
                    self._command(their_wire.fileno(), device),
                    env=_environment(),
                    pass_fds=[their_wire.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=their_output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    cwd="/",
                )
        except BaseException:
            wire.close()
            os.close(output)
            raise
        finally:
            os.close(their_output)
        return process, wire, output

    def _command(self, fd: int, device: str) -> list[str]:
        module = ["-s", "-P", "-m", self.module]
        return [sys.executable, *module, str(fd), device, str(os.getpid())]


def cuda_is_here() -> bool:
    """Whether this host has an NVIDIA driver or card; nothing is loaded to find out."""
    return any(sign.exists() for sign in SIGNS)


def _watched(process: subprocess.Popen[bytes], output: int) -> JailProcess:
    """The process as the bot sees any jail; the kernel tells when it ends."""
    watch = os.pidfd_open(process.pid)
    jail = JailProcess(process.pid, os.dup(watch), output)
    loop = asyncio.get_running_loop()

    def on_death() -> None:
        loop.remove_reader(watch)
        os.close(watch)
        code = process.wait()
        jail.ended(-code if code < 0 else code << 8)

    loop.add_reader(watch, on_death)
    return jail


def _environment() -> dict[str, str]:
    passed = {name: os.environ[name] for name in PASSED if name in os.environ}
    own = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(PROJECT)}
    return {**own, **ONE_THREAD, "CUDA_CACHE_DISABLE": "1", **passed}


def _is_report(result: Result) -> bool:
    try:
        from_data(GpuReport, result.data)
    except Malformed:
        return False
    return True
