"""The GPU worker as a process, on the CPU: asked, stopped, killed, hanging, talking nonsense."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.formula.tree import Name
from engine.formula.wire import to_wire
from engine.jail import gpu
from engine.jail.gpu import Gpu
from engine.jail.keeper import PROJECT
from engine.jail.limits import PoolSettings
from engine.jail.pool import Pool
from engine.records import (
    Event,
    GpuReport,
    GpuTask,
    Job,
    JobLimits,
    Outcome,
    from_data,
    to_data,
)
from tests.engine.gpu.tasks import case_of

TASK = case_of("x^2 - 2", 1.5, "float64").task
NO_TASK = GpuTask(to_wire(Name("y")), "x", 1.5, 1e-5, "float64", ())


def job(task: GpuTask = TASK, owner: str = "somebody", **limits: float) -> Job:
    own = JobLimits(**limits) if limits else None  # type: ignore[arg-type]
    return Job("root.batch", to_data(task), owner, limits=own)


def quiet(event: Event) -> None:
    pass


@contextlib.asynccontextmanager
async def alive(device: str, module: str = "engine.gpu.worker") -> AsyncIterator[Gpu]:
    worker = Gpu(device, module)
    worker.start()
    try:
        await worker.wait_settled()
        yield worker
    finally:
        await worker.stop()


@pytest.fixture(scope="module")
async def with_gpu() -> AsyncIterator[Pool]:
    async with Pool(PoolSettings(), gpu="cpu") as pool:
        yield pool


async def test_a_task_is_answered_through_the_pool(with_gpu: Pool) -> None:
    result = await with_gpu.run(job())

    report = from_data(GpuReport, result.data)
    assert result.outcome is Outcome.OK
    assert (report.device, report.fused, with_gpu.gpu) == ("cpu", False, "cpu")
    assert [(each.count, each.reached) for each in report.batches] == [
        (count, count) for count in (1, 1_000, 1_000_000)
    ]


async def test_jobs_come_one_at_a_time_and_wait_visibly(with_gpu: Pool) -> None:
    events: list[Event] = []
    jobs = [job(NO_TASK, owner) for owner in "abc"]

    results = await asyncio.gather(*(with_gpu.run(each, events.append) for each in jobs))

    assert [event.data["ahead"] for event in events if event.kind == "queued"] == [1, 2]
    assert {result.outcome for result in results} == {Outcome.FAULT}


async def test_where_no_device_was_named_there_is_none(pool: Pool) -> None:
    result = await pool.run(job())

    assert pool.gpu is None
    assert (result.outcome, result.data) == (Outcome.FAULT, {"why": "no device"})


async def test_where_cuda_is_not_nothing_is_spawned(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(gpu, "SIGNS", (tmp_path / "nvidia0",))

    async with alive("cuda") as worker:
        assert (worker.name, worker.pid) == (None, None)


async def test_a_driver_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(gpu, "SIGNS", (tmp_path / "missing", tmp_path))

    assert gpu.cuda_is_here()


async def test_a_device_that_is_refused_is_not_asked_again() -> None:
    async with alive("toaster") as worker:
        assert worker.name is None
        assert (await worker.run(job(), quiet, None)).outcome is Outcome.FAULT


async def test_the_process_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_TELEGRAM__TOKEN", "secret")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")

    async with alive("cpu") as worker:
        assert worker.pid is not None
        proc = Path("/proc", str(worker.pid))
        environment = (proc / "environ").read_bytes()
        status = (proc / "status").read_text()
        opened = {str(each.readlink()) for each in (proc / "fd").iterdir()}
        assert b"TUTOR" not in environment
        assert b"CUDA_VISIBLE_DEVICES=" in environment
        assert "NoNewPrivs:\t1" in status
        assert "CapEff:\t0000000000000000" in status
        assert (proc / "cwd").readlink() == Path("/")
        assert os.getsid(worker.pid) == worker.pid
        assert len([each for each in opened if each.startswith("socket:")]) == 1


STARTED_AND_LEFT = """\
import asyncio
from engine.jail.gpu import Gpu
async def main():
    worker = Gpu("cpu")
    worker.start()
    await worker.wait_settled()
    print(worker.pid, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


def test_it_dies_with_the_bot() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTED_AND_LEFT], stdout=subprocess.PIPE, cwd=PROJECT
    ) as bot:
        assert bot.stdout is not None
        worker = os.pidfd_open(int(bot.stdout.readline()))
        bot.kill()
    poll = select.poll()
    poll.register(worker, select.POLLIN)
    assert poll.poll(30_000), "it is still there"
    os.close(worker)


async def test_a_cancelled_job_leaves_the_worker_alive() -> None:
    async with alive("cpu") as worker:
        pid, stop = worker.pid, asyncio.Event()

        result = await worker.run(job(), lambda event: stop.set(), stop)

        assert (result.outcome, worker.pid) == (Outcome.CANCELLED, pid)


async def test_one_that_is_killed_is_ours_and_started_again() -> None:
    async with alive("cpu") as worker:
        pid = worker.pid
        assert pid is not None

        result = await worker.run(job(), lambda event: os.kill(pid, signal.SIGKILL), None)
        assert (result.outcome, result.data) == (Outcome.FAULT, {"why": "killed"})

        await worker.wait_settled()
        assert worker.pid not in (None, pid)
        assert (await worker.run(job(NO_TASK), quiet, None)).outcome is Outcome.FAULT


async def test_one_that_hangs_is_ended_at_its_limit() -> None:
    async with alive("cpu") as worker:
        pid = worker.pid
        assert pid is not None

        hanging = job(wall_s=0.5)
        result = await worker.run(hanging, lambda event: os.kill(pid, signal.SIGSTOP), None)

        assert result.outcome is Outcome.TIMEOUT
        assert not Path("/proc", str(pid)).exists()


@pytest.mark.parametrize("conduct", ["leaves", "talks nonsense"])
async def test_one_that_says_nothing_sensible_is_no_device(
    conduct: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with alive(conduct, "tests.engine.jail.bad_worker") as worker:
        assert worker.name is None
        assert "the GPU worker does not start" in caplog.text
        assert (await worker.run(job(), quiet, None)).outcome is Outcome.FAULT


async def test_an_answer_that_is_no_report_is_ours() -> None:
    async with alive("lies", "tests.engine.jail.bad_worker") as worker:
        assert worker.name == "lies"

        result = await worker.run(job(), quiet, None)

        assert (result.outcome, result.data) == (Outcome.FAULT, {"why": "ok"})
