"""The kernel on a real card: the same ends and counts as on the CPU, and how near to the limit."""

from __future__ import annotations

import re

import pytest
import torch

from engine.formula.writing.newton_kernel import newton_kernel
from engine.gpu import kernel
from engine.gpu.device import Device, opened
from engine.gpu.kernel import C_TYPE, KEPT, Kernels, trusted
from engine.gpu.newton import solve_task, solver_of
from engine.roots.problem import DTYPES
from tests.engine.gpu.tasks import FORMULAS, IDS, case_of, same

pytestmark = pytest.mark.gpu

FUNCTION = re.compile(r"[a-z]{3}|2\^x|x\^0")  # of a library, not of IEEE arithmetic


@pytest.fixture(scope="module")
def card() -> Device:
    return opened("cuda")


def test_this_torch_makes_kernels(card: Device) -> None:
    assert card.kernels is not None
    assert trusted() is not None


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("text", "start", "steady"), FORMULAS, ids=IDS)
def test_copies_end_as_on_the_cpu(
    card: Device, text: str, start: float, steady: bool, dtype: str
) -> None:
    case = case_of(text, start, dtype)
    count = 1000 if steady else 1

    assert solver_of(case.formula, case.slope, case.task, card).fused
    last_digits = 0.02 if FUNCTION.search(text) and dtype == "float32" else 0.0
    same(case.solved(card, count), case.solved_by_torch(card, count), last_digits)


@pytest.mark.parametrize("dtype", DTYPES)
def test_without_kernels_torch_ends_the_same_on_the_card(card: Device, dtype: str) -> None:
    case = case_of("x^7 + 5x^3 + 17x - 9", 10.0, dtype)
    eager = Device(card.place, card.card, None)

    same(case.solved(eager, 1000), case.solved_by_torch(card, 1000))


def test_a_kernel_that_is_not_asked_for_leaves(
    card: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "KEPT", 2)
    kernels = Kernels()
    starts = torch.ones(3, dtype=torch.float64, device=card.place)
    cases = [case_of(f"x^2 - {number}", 1.0, "float64") for number in (2, 3, 5)]
    sources = [newton_kernel(each.formula, each.slope, C_TYPE[torch.float64]) for each in cases]

    found = [kernels.solve(source, starts, 1e-9, 50).roots for source in [*sources, sources[0]]]

    assert [*kernels.known] == [sources[2], sources[0]]
    assert [float(roots[0]) ** 2 for roots in found] == pytest.approx([2.0, 3.0, 5.0, 2.0])
    assert KEPT > 2


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("text", ["x^7 + 5x^3 + 17x - 9", "cos(x) - x"])
def test_the_limit_is_computed_and_printed(
    card: Device, text: str, dtype: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report = solve_task(case_of(text, 0.5, dtype).task, card)

    with capsys.disabled():
        print(f"\n{report.device}: {text}, {dtype}")
        for each in report.batches:
            print(
                f"  {each.count:>9,}  whole {each.timing.median_s * 1e6:10.1f} µs"
                f"  kernel {each.kernel_s * 1e6:8.1f}  launch {each.launch_s * 1e6:6.1f}"
                f"  limit {each.limit_s * 1e6:8.2f} ({each.bound})"
                f"  kernel/limit {each.kernel_s / each.limit_s:.1f}"
            )
    assert report.fused
    assert all(each.reached == each.count for each in report.batches)
    assert all(each.limit_s > 0 for each in report.batches)
