"""Batches in torch step by step, and by the kernel's own C, against autograd one at a time."""

from __future__ import annotations

import ctypes
import math
import subprocess
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
import torch

from engine.formula.writing.newton_kernel import KERNEL, newton_kernel
from engine.formula.writing.torch_function import torch_function
from engine.gpu.device import Device, opened
from engine.gpu.kernel import C_TYPE, Compiled, Kernels
from engine.gpu.newton import solve_task, solver_of, starts_on
from engine.records import Batch, GpuTask, Malformed, Timing
from engine.roots.codes import CONVERGED, LIMIT, NON_FINITE, ZERO_DERIVATIVE
from engine.roots.newton import MOST
from engine.roots.problem import DTYPES
from tests.engine.gpu.tasks import FORMULAS, IDS, Case, case_of, same

CPU: Final = opened("cpu")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("text", "start", "steady"), FORMULAS, ids=IDS)
def test_copies_end_as_autograd_says(text: str, start: float, steady: bool, dtype: str) -> None:
    case = case_of(text, start, dtype)
    count = 5 if steady else 1

    found = case.solved(CPU, count)

    wanted = [by_autograd(case, each) for each in starts_on(CPU, case.task, count)]
    assert list(zip(found.codes.tolist(), found.counts.tolist(), strict=True)) == wanted


def by_autograd(case: Case, start: torch.Tensor) -> tuple[int, int]:
    """The code and the steps of one element, as engine.roots.codes defines them."""
    function = torch_function(case.formula)
    x = start.clone().requires_grad_()
    for steps in range(MOST + 1):
        value = function(x)
        if value.abs() <= case.task.tol:
            return CONVERGED, steps
        if not value.isfinite():
            return NON_FINITE, steps
        if steps == MOST:
            break
        slope = torch.zeros(())
        if value.requires_grad:
            (slope,) = torch.autograd.grad(value, x)
        if not slope.isfinite():
            return NON_FINITE, steps
        if slope == 0:
            return ZERO_DERIVATIVE, steps
        following = (x - value / slope).detach()
        if not following.isfinite():
            return NON_FINITE, steps
        x = following.requires_grad_()
    return LIMIT, MOST


# What a kernel finds on a card, for a C++ compiler: one thread of one block after another.
_SHIM: Final = """\
#include <math.h>
#define __global__
#define __device__
struct Place { int x; };
static Place blockIdx, blockDim, gridDim, threadIdx;
"""
_RUN: Final = """
extern "C" void run(
    int grid, int block, const T *start, T *root, signed char *status, int *count, int n,
    double tol, int most)
{
    gridDim.x = grid; blockDim.x = block;
    for (blockIdx.x = 0; blockIdx.x < grid; ++blockIdx.x)
        for (threadIdx.x = 0; threadIdx.x < block; ++threadIdx.x)
            newton_kernel(start, root, status, count, n, tol, most);
}
"""


def compiled_by_gcc(source: str, dtype: torch.dtype, folder: Path) -> Compiled:
    """The kernel as torch would launch it: pointers, ints as C ints, floats as doubles."""
    text = f"#define T {C_TYPE[dtype]}\n{_SHIM}\n{source}{_RUN}"
    (folder / "kernel.cc").write_text(text)
    command = "g++ -O1 -Wall -Werror -ffp-contract=off -shared -fPIC kernel.cc -o kernel.so"
    subprocess.run(command.split(), cwd=folder, check=True)
    run = ctypes.CDLL(str(folder / "kernel.so")).run

    def launch(
        grid: tuple[int, int, int], block: tuple[int, int, int], args: Sequence[object]
    ) -> None:
        run(grid[0], block[0], *map(in_c, args))

    return launch


def in_c(argument: object) -> object:
    match argument:
        case torch.Tensor():
            return ctypes.c_void_p(argument.data_ptr())
        case int():
            return ctypes.c_int(argument)
        case float():
            return ctypes.c_double(argument)
    raise TypeError(f"torch hands over no {type(argument)}")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("x^7 + 5x^3 + 17x - 9", 10.0),
        ("x^3 - 2x + 2 + 0*where(x < 0, x, sqrt(x))", 0.0),
        ("log(x)", 9.0),
        ("x^2 - 2", 0.0),
    ],
)
def test_the_kernel_ends_as_torch_does(text: str, start: float, dtype: str, tmp_path: Path) -> None:
    case = case_of(text, start, dtype)
    torch_dtype = DTYPES[dtype]
    source = newton_kernel(case.formula, case.slope, C_TYPE[torch_dtype])
    compiled = compiled_by_gcc(source, torch_dtype, tmp_path)
    device = Device(CPU.place, CPU.card, Kernels(OrderedDict({source: compiled})))

    assert KERNEL in source
    assert solver_of(case.formula, case.slope, case.task, device).fused
    for count in (1, 1000):
        same(case.solved(device, count), case.solved_by_torch(CPU, count))


def test_what_does_not_compile_is_left_to_torch() -> None:
    def refused(**arguments: object) -> None:
        raise RuntimeError("CUDA error: no such function")

    case = case_of("x^2 - 2", 1.0, "float64")
    source = newton_kernel(case.formula, case.slope, "double")
    device = Device(CPU.place, CPU.card, Kernels(OrderedDict({source: refused})))

    assert not solver_of(case.formula, case.slope, case.task, device).fused
    same(case.solved(device, 3), case.solved_by_torch(CPU, 3))


def test_shifted_copies_have_shifted_roots() -> None:
    case = case_of("x^7 + 5x^3 + 17x - 9", 10.0, "float64")

    found = case.solved(CPU, 101)

    shifts = 10.0 - starts_on(CPU, case.task, 101)  # x + s solves f(x - s) = 0
    wanted = 0.493617117798773 + torch.linspace(-0.5, 0.5, 101, dtype=torch.float64)
    torch.testing.assert_close(found.roots + shifts, wanted, rtol=0.0, atol=1e-6)


def measured(median_s: float) -> Timing:
    return Timing(median_s, median_s, median_s, median_s, 5, 1, False)


def test_a_report_tells_every_batch_and_the_crossover() -> None:
    cpu = (Batch(1, 1, measured(1e-9)), Batch(100, 100, measured(1e3)))
    case = case_of("x^2 - 2", 1.5, "float64", cpu)

    report = solve_task(case.task, CPU, counts=(1, 10, 100))

    assert (report.device, report.fused) == ("cpu", False)
    assert [(batch.count, batch.reached) for batch in report.batches] == [
        (1, 1),
        (10, 10),
        (100, 100),
    ]
    assert all(batch.timing.median_s > 0 for batch in report.batches)
    assert report.crossover is not None
    assert 1 < report.crossover < 100


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("tree", ["apply", "eval", None, [["name", "x"]]]),
        ("tree", ["name", "y"]),
        ("dtype", "float16"),
        ("start", math.nan),
        ("tol", -1.0),
        ("tol", math.inf),
    ],
)
def test_a_task_that_is_none_is_refused(change: str, value: object) -> None:
    task = case_of("x^2 - 2", 1.0, "float64").task
    fields = {name: getattr(task, name) for name in GpuTask.__slots__} | {change: value}

    with pytest.raises(Malformed):
        solve_task(GpuTask(**fields), CPU, counts=(1,))
