"""Formulas and starts with every way to end, as tasks; what the CPU makes of their copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch

from engine.derivation import derivative
from engine.formula.request import read_formula
from engine.formula.tree import Formula, Node
from engine.formula.wire import to_wire
from engine.formula.writing.tensor_function import tensor_function
from engine.gpu.device import Device
from engine.gpu.newton import solver_of, starts_on
from engine.records import Batch, GpuTask
from engine.roots.batch import BatchResult, newton_batch
from engine.roots.newton import MOST

# Text, start, and whether nearby starts go the same way: where Newton wanders, the last digit of a
# sine decides after many steps how it ends.
FORMULAS: Final = [
    ("x^7 + 5x^3 + 17x - 9", 10.0, True),
    ("x^2 - 2", 1.0, True),
    ("x^2 - 2", 0.0, False),  # zero derivative, and near it far away
    ("x^3 - 2x + 2", 0.0, False),  # a cycle
    ("x^2 + 1", 0.7, False),  # no root
    ("(x - 1)^2", 3.0, True),  # a double root
    ("atan(x)", 1.0, True),
    ("atan(x)", 4.0, False),  # diverges
    ("tan(x) - 1", 0.5, True),
    ("cos(x) - x", 0.5, True),
    ("exp(x) - 2", 1.0, True),
    ("exp(-x)", 0.0, True),  # smaller and smaller
    ("log(x) - 1", 2.5, True),
    ("log(x)", 9.0, True),  # steps to where there is no logarithm
    ("sqrt(x) - 1", 0.9, True),
    ("1/x - 1", 0.8, False),
    ("x^0.5 + x^-2 - 3", 6.0, True),
    ("2^x - 3", 2.0, True),
    ("sinh(x) - tanh(x) - 1", 1.0, True),
    ("sigmoid(x) - 0.5 + gelu(x)", 0.6, True),
    ("softplus(x) - 1", 1.0, True),
    ("silu(x) + erf(x) - 1", 0.9, True),
    ("relu(x) - 1", 1.8, True),
    ("max(x, 2x) + min(x, 3) - 1", 1.0, True),
    ("where(x < 0.5, x - 1, x^3 - 1)", 1.3, True),
    ("clamp(x, -1, 1) - 0.3", 0.2, True),
    ("elu(x) + leaky_relu(x) - 1", 1.6, True),
    ("abs(x) - 1", 2.0, True),
    ("log1p(x^2) + expm1(x) - 1", 1.0, True),
    ("1e200x^2 - 1e200", 3.0, True),
    ("5", 1.0, True),  # a constant
]
IDS: Final = [f"{text} from {start}" for text, start, _ in FORMULAS]


@dataclass(frozen=True, slots=True)
class Case:
    """A task with its formula and derivative."""

    task: GpuTask
    formula: Formula
    slope: Node

    def solved(self, device: Device, count: int) -> BatchResult:
        """What a device makes of so many copies."""
        solver = solver_of(self.formula, self.slope, self.task, device)
        return solver.solve(starts_on(device, self.task, count))

    def solved_by_torch(self, device: Device, count: int) -> BatchResult:
        """What torch makes of them on the CPU, step by step."""
        starts = starts_on(device, self.task, count).cpu()
        function = tensor_function(self.formula, self.slope)
        return newton_batch(function, starts, self.task.tol, MOST)


def case_of(text: str, start: float, dtype: str, cpu: tuple[Batch, ...] = ()) -> Case:
    """The task of one formula of x, with the tolerance of /root."""
    formula = read_formula(f"f(x) = {text}")
    assert isinstance(formula, Formula), formula
    task = GpuTask(to_wire(formula.body), "x", start, 1e-5, dtype, cpu)
    return Case(task, formula, derivative(formula, "x", {}))


def same(found: BatchResult, wanted: BatchResult, apart: float = 0.0) -> None:
    """Assert that statuses and counts are equal, and converged roots near.

    A part `apart` of the counts may differ by one step: where |f| is as near to the tolerance as
    two libraries' last digits of a sine are to each other.
    """
    assert found.codes.tolist() == wanted.codes.tolist()
    difference = (found.counts.cpu() - wanted.counts).abs()
    assert (difference > 0).double().mean() <= apart
    assert difference.max() <= 1
    converged = wanted.codes == 0
    tolerance = 1e-9 if wanted.roots.dtype == torch.float64 else 1e-4
    torch.testing.assert_close(
        found.roots.cpu()[converged], wanted.roots[converged], rtol=tolerance, atol=tolerance
    )
