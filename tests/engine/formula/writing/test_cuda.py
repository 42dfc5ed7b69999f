"""C compiled by gcc against the exact witness, in double and in float."""

from __future__ import annotations

import ctypes
import math
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import pytest
import torch
from mpmath import mpf

from engine.formula.exact import exact, values_of
from engine.formula.tree import Formula, Name, Node
from engine.formula.writing.cuda import C, cuda_source
from engine.formula.writing.source import PYTHON
from engine.formula.writing.torch_function import torch_function
from tests.engine.formula.conditions import tolerance
from tests.engine.formula.formulas import UNARY, Example, apply, example, number

DType = Literal["double", "float"]
EPS = {"double": mpf(2) ** -52, "float": mpf(2) ** -23}
KINDS = {"double": ctypes.c_double, "float": ctypes.c_float}
ENDS = [0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.25, 800.0, -800.0, math.inf, -math.inf, math.nan]


def built(sources: Sequence[str], dtype: DType, folder: Path) -> list[Callable[..., float]]:
    """The functions f of all sources, compiled together."""
    text = "#include <math.h>\n"
    for place, source in enumerate(sources):
        text += re.sub(rf"static inline {dtype} f\(", f"{dtype} f{place}(", source) + "\n"
    (folder / "all.c").write_text(text)
    command = "gcc -std=c11 -O1 -Wall -Werror -ffp-contract=off -shared -fPIC all.c -o all.so -lm"
    subprocess.run(command.split(), cwd=folder, check=True)
    library = ctypes.CDLL(str(folder / "all.so"))
    found = []
    for place, source in enumerate(sources):
        function = getattr(library, f"f{place}")
        function.restype = KINDS[dtype]
        function.argtypes = [KINDS[dtype]] * source.partition("{")[0].count(f"{dtype} ", 8 + 7)
        found.append(function)
    return found


def judged(examples: Sequence[Example], dtype: DType, folder: Path) -> int:
    """How many of the examples could be compared."""
    sources = [cuda_source(each.formula.body, each.formula.inputs, dtype) for each in examples]
    compared = 0
    for each, function in zip(examples, built(sources, dtype, folder), strict=True):
        values = values_of(each.point)
        largest = 1e250 if dtype == "double" else 1e25
        allowed = tolerance(each.formula.body, values, largest)
        if allowed is None:
            continue
        compared += 1
        found = function(*(float(each.point[name].values[0]) for name in each.formula.inputs))
        wrong = abs(found - exact(each.formula.body, values))
        assert wrong <= 1000 * EPS[dtype] * allowed, (each, found)
    return compared


@pytest.mark.parametrize("dtype", ["double", "float"])
def test_formulas_agree_with_the_exact_witness(dtype: DType, tmp_path: Path) -> None:
    examples = [example(seed, 25, tensors=False) for seed in range(100)]
    assert judged(examples, dtype, tmp_path) > 50


@pytest.mark.parametrize("dtype", ["double", "float"])
def test_functions_answer_as_torch_outside_of_their_domain(dtype: DType, tmp_path: Path) -> None:
    x, y = Name("x"), Name("y")
    ones: list[Node] = [apply(op, x) for op in UNARY]
    twos: list[Node] = [apply(op, x, y) for op in ("add", "mul", "div", "pow", "max", "min")]
    bodies = [*ones, *twos]
    sources = [cuda_source(body, ["x", "y"], dtype) for body in bodies]
    for body, function in zip(bodies, built(sources, dtype, tmp_path), strict=True):
        torch_f = torch_function(Formula("f", ("x", "y"), body))
        for left in ENDS:
            for right in ENDS if body in twos else [1.0]:
                kind = torch.float64 if dtype == "double" else torch.float32
                answer = torch_f(*(torch.tensor(each, dtype=kind) for each in (left, right)))
                close = pytest.approx(answer.item(), rel=1e-4, abs=1e-30, nan_ok=True)
                assert function(left, right) == close, (body, left, right)


def test_the_tables_of_c_and_of_python_know_the_same() -> None:
    assert C["double"].templates.keys() == C["float"].templates.keys() == PYTHON.templates.keys()


def test_names_of_a_user_do_not_reach_the_code() -> None:
    source = cuda_source(apply("mul", Name("M_PI"), Name("int")), ["M_PI", "int"])
    assert source.startswith("static inline double f(double in0, double in1) {")


@pytest.mark.parametrize("dtype", ["double", "float"])
def test_constants_beyond_the_range_are_infinite(dtype: DType, tmp_path: Path) -> None:
    x = Name("x")
    bodies = [apply(op, x, each) for op in ("min", "mul") for each in HUGE]
    sources = [cuda_source(body, ["x"], dtype) for body in bodies]
    found = [function(2.0) for function in built(sources, dtype, tmp_path)]
    assert found == pytest.approx(
        [2, -math.inf, math.nan, math.inf, -math.inf, math.nan], nan_ok=True
    )


HUGE: list[Node] = [number("1e400"), number("-1e400"), apply("log", number(-1))]
