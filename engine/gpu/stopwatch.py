"""How long work on a device takes: all of it, its launch, and the device's own part."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

import torch

from engine.records import Timing
from engine.timing import compare

RUNS: Final = 20
# The device spins for so many of its clocks, some 0.5 ms, while the launch comes after it: what
# lies between two events is then the kernel alone, and no wait for the host.
AHEAD_CLOCKS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Clocked:
    """`whole`: until the device has finished; `launch_s`: until the call is back, a median."""

    whole: Timing
    kernel_s: float
    launch_s: float


def clocked(solve: Callable[[], object], place: torch.device, budget_s: float) -> Clocked:
    """Time `solve`, in about `budget_s` seconds and at most three calls more than that.

    On a CPU a call is back when it has finished: all of it is its own part, and no launch.
    """
    if place.type == "cpu":
        (whole,) = compare([solve], budget_s, RUNS)
        return Clocked(whole, whole.median_s, 0.0)

    def finished() -> None:
        solve()
        torch.cuda.synchronize(place)

    (whole,) = compare([finished], budget_s, RUNS)
    runs = max(1, min(RUNS, int(budget_s / whole.median_s)))
    launches = [_launch_s(solve, place) for _ in range(runs)]
    kernels = [_kernel_s(solve, place) for _ in range(runs)]
    return Clocked(whole, statistics.median(kernels), statistics.median(launches))


def _launch_s(solve: Callable[[], object], place: torch.device) -> float:
    torch.cuda.synchronize(place)
    start = perf_counter()
    solve()
    return perf_counter() - start


def _kernel_s(solve: Callable[[], object], place: torch.device) -> float:
    cuda: Any = torch.cuda  # without types
    before, after = (cuda.Event(enable_timing=True) for _ in range(2))
    torch.cuda.synchronize(place)
    cuda._sleep(AHEAD_CLOCKS)
    before.record()
    solve()
    after.record()
    after.synchronize()
    return float(before.elapsed_time(after)) / 1e3  # from milliseconds
