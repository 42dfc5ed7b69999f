"""Newton's method for batches of shifted copies of one formula, and how fast a device does them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import Final

import torch

from engine.derivation import derivative
from engine.formula.tree import Formula, Node, names_in
from engine.formula.wire import from_wire
from engine.formula.writing.newton_kernel import newton_kernel
from engine.formula.writing.tensor_function import tensor_function
from engine.gpu.device import Device
from engine.gpu.kernel import C_TYPE, SOURCE_MOST
from engine.gpu.limits import least_time
from engine.gpu.operations import Operations, operations_in
from engine.gpu.stopwatch import clocked
from engine.records import GpuBatch, GpuReport, GpuTask, Malformed
from engine.roots.batch import BatchResult, newton_batch
from engine.roots.batches import COUNTS, starts_of
from engine.roots.codes import CONVERGED
from engine.roots.crossover import crossover
from engine.roots.newton import MOST
from engine.roots.problem import DTYPES

BUDGET_S: Final = 0.5  # for the runs of one batch

Solve = Callable[[torch.Tensor], BatchResult]


@dataclass(frozen=True, slots=True)
class Solver:
    """How a formula's batches are solved: each start on its own, until |f| ≤ tol."""

    solve: Solve
    fused: bool


def solve_task(task: GpuTask, device: Device, counts: Sequence[int] = COUNTS) -> GpuReport:
    """Solve f(x - s) = 0 for so many s evenly from -1/2 to 1/2, and time each batch.

    Raises `Malformed` for a task that is none, and what `derivative` and `newton_kernel` raise for
    a formula that has no derivative or is of vectors.
    """
    formula = _formula(task)
    slope = derivative(formula, task.name, {})
    solver = solver_of(formula, slope, task, device)
    work = operations_in(formula, slope)
    batches = tuple(_batch(task, solver, device, work, count) for count in counts)
    return GpuReport(device.card.name, solver.fused, batches, _crossover(task, batches))


def solver_of(formula: Formula, slope: Node, task: GpuTask, device: Device) -> Solver:
    """One kernel for the whole loop where the device has kernels, else torch step by step."""
    if device.kernels is not None:
        source = newton_kernel(formula, slope, C_TYPE[DTYPES[task.dtype]])
        fused = partial(device.kernels.solve, source, tol=task.tol, most=MOST)
        if len(source) <= SOURCE_MOST and _runs(fused, starts_on(device, task, 1)):
            return Solver(fused, True)
    function = tensor_function(formula, slope)
    eager = partial(newton_batch, function, tol=task.tol, most=MOST)
    return Solver(eager, False)


def starts_on(device: Device, task: GpuTask, count: int) -> torch.Tensor:
    """Where the copies of a task start, on the device."""
    return starts_of(task.start, count, DTYPES[task.dtype]).to(device.place)


def _runs(solve: Solve, starts: torch.Tensor) -> bool:
    try:
        solve(starts).codes.tolist()
    except RuntimeError:  # NVRTC refuses this one formula
        return False
    return True


def _formula(task: GpuTask) -> Formula:
    tree = from_wire(task.tree)
    if set(names_in(tree)) - {task.name} or task.dtype not in DTYPES:
        raise Malformed("a formula of more than its input, or of an unknown dtype")
    if not (abs(task.start) < float("inf") and 0 <= task.tol < float("inf")):
        raise Malformed("a start or a tolerance that is no number")
    return Formula("f", (task.name,), tree)


def _batch(task: GpuTask, solver: Solver, device: Device, work: Operations, count: int) -> GpuBatch:
    starts = starts_on(device, task, count)
    begun = perf_counter()
    found = solver.solve(starts)
    steps = int(found.counts.sum())  # waits for the device
    first_s = perf_counter() - begun
    reached = int((found.codes == CONVERGED).sum())
    time = clocked(lambda: solver.solve(starts), device.place, BUDGET_S)
    least = least_time(device.card, task.dtype, _bytes(starts, found), work.of_batch(steps, count))
    timing = replace(time.whole, first_s=first_s)
    return GpuBatch(
        count, reached, timing, time.kernel_s, time.launch_s, least.seconds, least.bound
    )


def _bytes(starts: torch.Tensor, found: BatchResult) -> int:
    """What is read and written: each start once, each root, code and count once."""
    return sum(each.nbytes for each in (starts, found.roots, found.codes, found.counts))


def _crossover(task: GpuTask, batches: Sequence[GpuBatch]) -> int | None:
    """From how many on the device is faster than the CPU, among the counts that both have."""
    here = {batch.count: batch.timing.median_s for batch in batches}
    cpu = {batch.count: batch.timing.median_s for batch in task.cpu if batch.count in here}
    if not cpu:
        return None
    counts = sorted(cpu)
    try:
        return crossover(counts, [cpu[each] for each in counts], [here[each] for each in counts])
    except ValueError as error:
        raise Malformed(str(error)) from None
