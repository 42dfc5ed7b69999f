"""The loop in C, compiled by gcc, against the same loop in torch."""

from __future__ import annotations

import ctypes
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.formula.writing.newton_kernel import DType, newton_function, newton_kernel
from engine.formula.writing.tensor_function import tensor_function
from engine.roots.batch import BatchResult, newton_batch
from engine.roots.codes import CONVERGED
from tests.engine.roots.of_one_input import TEXTS, Case, case, random_cases

KINDS = {"double": torch.float64, "float": torch.float32}
ARITHMETIC = ["x^7 + 5x^3 + 17x - 9", "x^3 - 2x + 2", "1/x - 3", "(x - 1)^5", "x/(1 + x^2)", "x^2"]
# What a kernel does for each element, in plain C.
LOOP = """
void all{place}(const {T} *start, {T} *root, signed char *status, int *count, long n, {T} tol,
                int most)
{{
    for (long i = 0; i < n; i++)
        status[i] = newton{place}(start[i], tol, most, root + i, count + i);
}}
"""


def built(cases: list[Case], dtype: DType, folder: Path) -> ctypes.CDLL:
    """`all0`, `all1`, ... solve the cases for a whole vector."""
    text = "#include <math.h>\n"
    for place, each in enumerate(cases):
        function = newton_function(each.formula, each.slope, dtype)
        text += function.replace(" newton(", f" newton{place}(") + LOOP.format(T=dtype, place=place)
    (folder / "all.c").write_text(text)
    command = "gcc -std=c11 -O1 -Wall -Werror -ffp-contract=off -shared -fPIC all.c -o all.so -lm"
    subprocess.run(command.split(), cwd=folder, check=True)
    return ctypes.CDLL(str(folder / "all.so"))


def solved(function: Any, starts: torch.Tensor, tol: float, most: int) -> BatchResult:
    roots = torch.empty_like(starts)
    codes = torch.empty(len(starts), dtype=torch.int8)
    counts = torch.empty(len(starts), dtype=torch.int32)
    real = ctypes.c_double if starts.dtype == torch.float64 else ctypes.c_float
    places = [ctypes.c_void_p(each.data_ptr()) for each in (starts, roots, codes, counts)]
    function(*places, ctypes.c_long(len(starts)), real(tol), ctypes.c_int(most))
    return BatchResult(roots, codes, counts)


def both(
    cases: list[Case], dtype: DType, folder: Path, starts: torch.Tensor, tol: float, most: int
) -> list[tuple[Case, BatchResult, BatchResult]]:
    library, starts = built(cases, dtype, folder), starts.to(KINDS[dtype])
    return [
        (
            each,
            solved(getattr(library, f"all{place}"), starts, tol, most),
            newton_batch(tensor_function(each.formula, each.slope), starts, tol, most),
        )
        for place, each in enumerate(cases)
    ]


@pytest.mark.parametrize("dtype", ["double", "float"])
def test_arithmetic_alone_gives_the_same_bits(dtype: DType, tmp_path: Path) -> None:
    cases = [case(text) for text in ARITHMETIC]
    tol = 1e-9 if dtype == "double" else 1e-4
    for each, in_c, in_torch in both(cases, dtype, tmp_path, torch.linspace(-9, 9, 1001), tol, 50):
        assert torch.equal(in_c.roots, in_torch.roots), each
        assert torch.equal(in_c.codes, in_torch.codes), each
        assert torch.equal(in_c.counts, in_torch.counts), each


@pytest.mark.parametrize("dtype", ["double", "float"])
def test_codes_and_counts_are_those_of_torch(dtype: DType, tmp_path: Path) -> None:
    cases = [*map(case, TEXTS), *random_cases(range(100))]
    tol = 1e-8 if dtype == "double" else 1e-3
    starts, differing, converged = torch.linspace(-3, 3, 50), 0, 0
    for each, in_c, in_torch in both(cases, dtype, tmp_path, starts, tol, 30):
        # sin, exp and their like differ in the last bit, and far from a root that may decide.
        same = (in_c.codes == in_torch.codes) & (in_c.counts == in_torch.counts)
        differing += int((~same).sum())
        arrived = same & (in_c.codes == CONVERGED)
        converged += int(arrived.sum())
        torch.testing.assert_close(
            in_c.roots[arrived], in_torch.roots[arrived], rtol=1e-2, atol=1e-2, msg=str(each)
        )
    assert differing <= 0.02 * len(cases) * len(starts)
    assert converged > 0.2 * len(cases) * len(starts)


def test_the_kernel_is_the_function_and_a_loop_around_it() -> None:
    of_course = case(TEXTS[0])
    kernel = newton_kernel(of_course.formula, of_course.slope, "float")
    function = newton_function(of_course.formula, of_course.slope, "float")
    assert kernel.startswith(f"__device__ {function}")
    assert kernel.count("{") == kernel.count("}")
    assert 'extern "C" __global__ void newton_kernel(' in kernel
    assert re.findall(r"double \w+", kernel) == ["double tol"]  # as torch hands it over


def test_the_kernel_reads_as_c_where_its_words_mean_nothing(tmp_path: Path) -> None:
    words = (
        "#include <math.h>\n#define __device__\n#define __global__\n"
        "static struct { long x; } gridDim, blockDim, blockIdx, threadIdx;\n"
    )
    of_course = case(TEXTS[0])
    kernel = newton_kernel(of_course.formula, of_course.slope).replace('extern "C" ', "")
    (tmp_path / "kernel.c").write_text(words + kernel)
    command = "gcc -std=c11 -Wall -Werror -fsyntax-only kernel.c"
    subprocess.run(command.split(), cwd=tmp_path, check=True)
