"""A formula of numbers in C: the text is valid for a C compiler and for a CUDA kernel alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Literal

from engine.formula.tree import Node
from engine.formula.writing.straight import Language, straight_line, variables


def cuda_source(
    node: Node, names: Sequence[str], dtype: Literal["double", "float"] = "double"
) -> str:
    """`static inline double f(double x, double y) {...}`: functions of math.h, IEEE arithmetic.

    Nothing in it is CUDA's own: a kernel is made by putting `__device__` in front. Infinities and
    nan come out as in torch; the compiler must keep them (no -ffast-math).

    Raises:
        NotScalar: the node is of vectors or matrices.

    >>> from engine.formula.tree import Apply, Name
    >>> print(cuda_source(Apply("exp", (Name("x"),)), ["x"], "float"))
    static inline float f(float x) {
        return expf(x);
    }
    """
    (part,) = straight_line([node], names, C[dtype])
    arguments = ", ".join(f"{dtype} {each}" for each in variables(names).values())
    body = "".join(f"    {line}\n" for line in [*part.lines, f"return {part.value};"])
    return f"static inline {dtype} f({arguments or 'void'}) {{\n{body}}}"


_CALLS: Final = (
    "sin cos tan asin acos atan sinh cosh tanh exp log log2 log10 log1p expm1 sqrt floor ceil erf"
)

# @ is the suffix of functions, # that of numbers.
_TEMPLATES: Final[dict[str, str]] = {
    **{name: f"{name}@({{0}})" for name in _CALLS.split()},
    "neg": "(-{0})",
    "add": "({0} + {1})",
    "sub": "({0} - {1})",
    "mul": "({0} * {1})",
    "div": "({0} / {1})",
    "pow": "pow@({0}, {1})",
    "rsqrt": "(1.0# / sqrt@({0}))",
    "abs": "fabs@({0})",
    "sign": "({0} > 0.0# ? 1.0# : {0} < 0.0# ? -1.0# : 0.0#)",
    "relu": "({0} < 0.0# ? 0.0# : {0})",
    "leaky_relu": "({0} > 0.0# ? {0} : {1} * {0})",
    "elu": "({0} > 0.0# ? {0} : {1} * expm1@({0}))",
    "gelu": "(0.5# * {0} * erfc@(-0.7071067811865476# * {0}))",
    "silu": "({0} / (1.0# + exp@(-{0})))",
    "sigmoid": "(1.0# / (1.0# + exp@(-{0})))",
    "softplus": "(({0} < 0.0# ? 0.0# : {0}) + log1p@(exp@(-fabs@({0}))))",
    "max": "({0} > {1} || {0} != {0} ? {0} : {1})",
    "min": "({0} < {1} || {0} != {0} ? {0} : {1})",
    "where": "({0} ? {1} : {2})",
    "zeroed": "({1} == 0.0# ? 0.0# : {0})",
    "norm": "fabs@({0})",
    "softmax": "({0} - {0} + 1.0#)",
    "log_softmax": "({0} - {0})",
}


def _language(dtype: str, suffix: str) -> Language:
    def number(value: float) -> str:
        if math.isnan(value):
            return f"(0.0{suffix} / 0.0{suffix})"
        if math.isinf(value) or (suffix and abs(value) > FLOAT_LARGEST):
            return f"({math.copysign(1.0, value)}{suffix} / 0.0{suffix})"
        return f"{value!r}{suffix}" if value >= 0 else f"({value!r}{suffix})"

    return Language(
        {op: text.replace("@", suffix).replace("#", suffix) for op, text in _TEMPLATES.items()},
        number,
        f"const {dtype} {{name}} = {{text}};",
        "const int {name} = {text};",
    )


FLOAT_LARGEST: Final = 3.4028235e38
C: Final = {"double": _language("double", ""), "float": _language("float", "f")}
