"""Batches against the same method written out for one number."""

from __future__ import annotations

import math

import pytest
import torch

from engine.formula.writing.source import compiled, python_source
from engine.formula.writing.tensor_function import tensor_function
from engine.roots.batch import BLOCK_BYTES, newton_batch
from engine.roots.codes import CONVERGED, LIMIT, NON_FINITE, ZERO_DERIVATIVE
from engine.roots.generated import generated
from tests.engine.roots.of_one_input import TEXTS, Case, case

SPREAD = torch.linspace(-3.0, 3.0, 61, dtype=torch.float64)
Ending = tuple[float, int, int]  # root, code, count


def alone(each: Case, start: float, tol: float, most: int) -> Ending:
    """What engine.roots.codes says, on Python's floats."""
    functions = compiled(python_source(each.formula, each.slope))
    x = start
    for steps in range(most + 1):
        value = functions["f"](x)
        if abs(value) <= tol:
            return x, CONVERGED, steps
        if not math.isfinite(value):
            return x, NON_FINITE, steps
        if steps == most:
            break
        slope = functions["df"](x)
        if not math.isfinite(slope):
            return x, NON_FINITE, steps
        if slope == 0:
            return x, ZERO_DERIVATIVE, steps
        if not math.isfinite(x - value / slope):
            return x, NON_FINITE, steps
        x -= value / slope
    return x, LIMIT, most


def together(
    each: Case, starts: torch.Tensor, tol: float, most: int
) -> list[tuple[float, int, int]]:
    found = newton_batch(tensor_function(each.formula, each.slope), starts, tol, most)
    assert found.codes.dtype == torch.int8
    assert found.counts.dtype == torch.int32
    assert found.roots.dtype == starts.dtype
    columns = (found.roots.tolist(), found.codes.tolist(), found.counts.tolist())
    return list(zip(*columns, strict=True))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("tol", [1e-5, 1e-9])
def test_every_element_ends_as_it_would_alone(text: str, tol: float) -> None:
    # Functions of torch and of Python may differ in the last bit; where that decides, few do.
    starts, most = [*SPREAD.tolist(), 30.0, -700.0, 1e200, math.inf], 40
    found = together(case(text), torch.tensor(starts, dtype=torch.float64), tol, most)
    expected = [alone(case(text), start, tol, most) for start in starts]
    ends = zip(found, expected, strict=True)
    differing = [both for both in ends if both[0][1:] != both[1][1:]]
    assert len(differing) <= 3, differing
    for mine, right in zip(found, expected, strict=True):
        if mine[1] == right[1] == CONVERGED:
            assert mine[0] == pytest.approx(right[0], rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(
    "text",
    ["x^7 + 5x^3 + 17x - 9", "x^3 - 2x + 2", "x^2 + 1", "1/x - 3", "(x - 1)^5", "x/(1 + x^2)"],
)
@pytest.mark.parametrize("tol", [1e-9, 0.0])
def test_arithmetic_alone_gives_the_same_bits(text: str, tol: float) -> None:
    starts = torch.linspace(-5, 5, 201, dtype=torch.float64)
    found = together(case(text), starts, tol, 60)
    assert found == [alone(case(text), start, tol, 60) for start in starts.tolist()]


@pytest.mark.parametrize("most", [0, 1, 2, 3, 5, 29, 30, 31, 60, 61])
def test_no_element_takes_more_steps_than_it_may(most: int) -> None:
    starts = torch.linspace(-50, 50, 101, dtype=torch.float64)
    for text in ("x^3 - 2x + 2", "(x - 1)^5", "x^7 + 5x^3 + 17x - 9"):
        found = together(case(text), starts, 1e-9, most)
        assert found == [alone(case(text), start, 1e-9, most) for start in starts.tolist()]


def test_counts_are_those_of_the_generated_loop() -> None:
    of_course = case("x^7 + 5x^3 + 17x - 9")
    newton = generated(of_course.formula, of_course.slope).newton
    starts = torch.linspace(-100, 100, 400, dtype=torch.float64)
    found = together(of_course, starts, 1e-5, 50)
    assert [(root, count) for root, _, count in found] == [
        newton(start, 1e-5, 50)[::2] for start in starts.tolist()
    ]


def test_every_code_has_a_status_and_can_come() -> None:
    found = {
        together(case(text), torch.tensor([start], dtype=torch.float64), 1e-9, 30)[0][1]
        for text, start in [("x^2 - 2", 1.0), ("x^2 - 2", 0.0), ("log(x)", 3.0), ("x^2 + 1", 0.3)]
    }
    assert found == {CONVERGED, ZERO_DERIVATIVE, NON_FINITE, LIMIT}


def test_float32_ends_where_its_own_digits_end() -> None:
    found = together(case("x^2 - 2"), torch.tensor([1.0, -3.0]), 1e-9, 50)
    assert [code for _, code, _ in found] == [LIMIT, LIMIT]
    found = together(case("x^2 - 2"), torch.tensor([1.0, -3.0]), 1e-6, 50)
    assert [code for _, code, _ in found] == [CONVERGED, CONVERGED]
    assert [root for root, _, _ in found] == pytest.approx([math.sqrt(2), -math.sqrt(2)], abs=1e-6)


def test_blocks_do_not_show() -> None:
    size = BLOCK_BYTES // 8
    cycling = case("x^3 - 2x + 2")
    function = tensor_function(cycling.formula, cycling.slope)
    starts = torch.linspace(-2, 2, 2 * size + 7, dtype=torch.float64)
    whole = newton_batch(function, starts, 1e-9, 40)
    for part in (slice(0, 50), slice(size - 20, size + 20), slice(-9, None)):
        piece = newton_batch(function, starts[part].clone(), 1e-9, 40)
        assert torch.equal(piece.roots, whole.roots[part])
        assert torch.equal(piece.codes, whole.codes[part])
        assert torch.equal(piece.counts, whole.counts[part])
    assert set(whole.codes.tolist()) == {CONVERGED, LIMIT}


def test_starts_stay_what_they_were() -> None:
    square = case("x^2 - 2")
    starts = torch.tensor([1.0, 0.0, 5.0], dtype=torch.float64)
    newton_batch(tensor_function(square.formula, square.slope), starts, 1e-9, 40)
    assert starts.tolist() == [1.0, 0.0, 5.0]


def test_a_root_that_is_known_at_once_takes_no_step_and_none_are_no_trouble() -> None:
    assert together(case("x^3"), torch.tensor([0.0], dtype=torch.float64), 0.0, 9) == [(0, 0, 0)]
    assert together(case("x^3"), torch.zeros(0, dtype=torch.float64), 1e-9, 9) == []
    assert together(case("x + 1"), torch.tensor([5.0], dtype=torch.float64), 1e-9, 0) == [
        (5.0, LIMIT, 0)
    ]
