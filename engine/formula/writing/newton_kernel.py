"""The whole of Newton's method for one element, in C and as a kernel for CUDA."""

from __future__ import annotations

from typing import Final, Literal

from engine.formula.tree import Formula, Node
from engine.formula.writing.cuda import C
from engine.formula.writing.source import bare
from engine.formula.writing.straight import Part, straight_line, variables

DType = Literal["double", "float"]
KERNEL: Final = "newton_kernel"


def newton_function(formula: Formula, derivative: Node, dtype: DType = "double") -> str:
    """`static inline signed char newton(T start, T tol, int most, T *root, int *count)`.

    Solves f(z) = 0 for one element as `engine.roots.codes` says, and returns the code; T is the
    dtype. Like `cuda_source` it is plain C with math.h, for gcc and for NVRTC, and needs IEEE
    arithmetic; without fused multiply-add (-ffp-contract=off, --fmad=false) it takes the very
    steps that torch takes. The formula has one input.

    Raises:
        NotScalar: the formula is of vectors or matrices.
    """
    value, slope = straight_line([formula.body, derivative], formula.inputs, C[dtype])
    fields = {
        "T": dtype,
        "f": "f" if dtype == "float" else "",
        "x": variables(formula.inputs)[formula.inputs[0]],
        "value_lines": _lines(value),
        "value": bare(value.value),
        "slope_lines": _lines(slope),
        "slope": bare(slope.value),
    }
    return _FUNCTION.format_map(fields)


def newton_kernel(formula: Formula, derivative: Node, dtype: DType = "double") -> str:
    """CUDA source of `newton_kernel(start, root, status, count, n, tol, most)`, a grid-stride loop.

    The arguments are `const T *`, `T *`, `signed char *`, `int *`, `int`, `double` and `int`:
    torch passes a whole number as an int and any other as a double, whatever the kernel wants.

    Raises:
        NotScalar: the formula is of vectors or matrices.
    """
    function = newton_function(formula, derivative, dtype)
    return f"__device__ {function}\n\n{_KERNEL.format(T=dtype, name=KERNEL)}"


def _lines(part: Part) -> str:
    return "".join(f"        {line}\n" for line in part.lines)


# The codes are those of engine.roots.codes. What is not finite is not 0 less itself.
_FUNCTION: Final = """\
static inline signed char newton({T} start, {T} tol, int most, {T} *root, int *count)
{{
    {T} {x} = start;
    int steps = 0;
    signed char status;
    for (;;) {{
{value_lines}\
        const {T} value = {value};
        status = fabs{f}(value) <= tol ? 0 : value - value != 0 ? 2 : steps >= most ? 3 : -1;
        if (status >= 0) break;
{slope_lines}\
        const {T} slope = {slope};
        const {T} next = {x} - value / slope;
        status = slope - slope != 0 ? 2 : slope == 0 ? 1 : next - next != 0 ? 2 : -1;
        if (status >= 0) break;
        {x} = next;
        steps += 1;
    }}
    *root = {x};
    *count = steps;
    return status;
}}"""

_KERNEL: Final = """\
extern "C" __global__ void {name}(
    const {T} *start, {T} *root, signed char *status, int *count, int n, double tol, int most)
{{
    const long long stride = (long long)gridDim.x * blockDim.x;
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += stride)
        status[i] = newton(start[i], ({T})tol, most, root + i, count + i);
}}
"""
