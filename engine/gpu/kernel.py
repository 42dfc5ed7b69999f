"""Kernels: compiled by NVRTC through torch, tried before they are trusted, kept."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import torch

from engine.formula.tree import Apply, Formula, Name, Node, Number
from engine.formula.writing.newton_kernel import KERNEL, DType, newton_kernel
from engine.roots.batch import BatchResult
from engine.roots.codes import CONVERGED, ZERO_DERIVATIVE

THREADS: Final = 256  # of a block
KEPT: Final = 64  # kernels; what is not asked for leaves first
SOURCE_MOST: Final = 16_000  # characters; NVRTC needs seconds for more
# Sums and products are rounded one by one, as the CPU does: so the steps are the same ones.
OPTIONS: Final = ("--fmad=false",)
C_TYPE: Final[dict[torch.dtype, DType]] = {torch.float64: "double", torch.float32: "float"}

Compiled = Callable[..., None]


@dataclass(slots=True)
class Kernels:
    """Newton kernels on the current CUDA device, the last `KEPT` of them."""

    known: OrderedDict[str, Compiled] = field(default_factory=OrderedDict)

    def solve(self, source: str, starts: torch.Tensor, tol: float, most: int) -> BatchResult:
        """Newton from each start, all in one launch; returns before the device has finished.

        `source` comes from `newton_kernel`, in the dtype of `starts`. Raises RuntimeError when it
        does not compile or cannot be launched.
        """
        launch = self._compiled(source)
        n = len(starts)
        found = BatchResult(
            torch.empty_like(starts),
            torch.empty(n, dtype=torch.int8, device=starts.device),
            torch.empty(n, dtype=torch.int32, device=starts.device),
        )
        launch(
            grid=(-(-n // THREADS), 1, 1),
            block=(THREADS, 1, 1),
            args=[starts, found.roots, found.codes, found.counts, n, float(tol), most],
        )
        return found

    def _compiled(self, source: str) -> Compiled:
        if source not in self.known:
            self.known[source] = compiled(source, KERNEL)
            if len(self.known) > KEPT:
                _unload(self.known.popitem(last=False)[1])
        self.known.move_to_end(source)
        return self.known[source]


def compiled(source: str, name: str) -> Compiled:
    """The kernel `name` of a source, `kernel(grid=, block=, args=)`, by torch's own NVRTC.

    torch hands over tensors as pointers, an int as a C int of 32 bits, a float as a double.
    Raises RuntimeError for a source that NVRTC refuses.
    """
    # torch looks for headers of CUDA that we do not include, and gives up where none are installed.
    os.environ.setdefault("CUDA_HOME", str(Path(torch.__file__).parent))
    compile_kernel: Any = torch.cuda._compile_kernel
    kernel: Compiled = compile_kernel(source, name, nvcc_options=[*OPTIONS])
    return kernel


def _unload(kernel: Compiled) -> None:
    """Give back the memory of a kernel's module, which torch would keep for ever."""
    module = getattr(kernel, "module", None)
    if module is not None:
        torch.cuda.synchronize()
        torch.cuda._utils._get_gpu_runtime_library().cuModuleUnload(module)


def trusted() -> Kernels | None:
    """Kernels, where this torch and this device make them: two are compiled, run and checked.

    None where anything of that is missing, fails or gives another answer: torch is used then.
    """
    kernels = Kernels()
    try:
        right = all(_is_right(kernels, dtype) for dtype in C_TYPE)
    except Exception:  # no public interface of torch: it may be gone, or fail in any way
        return None
    return kernels if right else None


def _is_right(kernels: Kernels, dtype: torch.dtype) -> bool:
    """x² - 4: from 1 to 2 in four steps, from -5 to -2 in five, from 0 nowhere."""
    x, two, four = Name("x"), Number(2), Number(4)  # type: ignore[arg-type]
    square: Node = Apply("sub", (Apply("mul", (x, x)), four))
    formula = Formula("f", ("x",), square)
    source = newton_kernel(formula, Apply("mul", (two, x)), C_TYPE[dtype])
    starts = torch.tensor([1.0, -5.0, 0.0], dtype=dtype, device="cuda")
    found = kernels.solve(source, starts, 1e-5, 50)
    wanted = torch.tensor([2.0, -2.0, 0.0], dtype=dtype, device="cuda")
    return (
        torch.allclose(found.roots, wanted, rtol=1e-5)
        and found.codes.tolist() == [CONVERGED, CONVERGED, ZERO_DERIVATIVE]
        and found.counts.tolist() == [4, 5, 0]
    )
